import type { k8s } from 'cdk8s-plus-28';
import type { Dependency, Slot } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { facetsOf, poolerName, ports } from '../model/facets';
import { migrationApp } from './migration';
import { dnsEgress, egressTo, type Policy, podsHere, podsIn, tcp } from './network-policy';

/** The labels of everything of ours that uses a dependency, by what it does there. */
const usersOf = (deployable: Deployable, slot: Slot) => {
  const { api, migration } = deployable.system.workloads;
  return {
    application: api.uses.includes(slot) ? [podsHere({ app: deployable.system.app })] : [],
    owner: migration.uses.includes(slot) ? [podsHere({ app: migrationApp(deployable) })] : [],
  };
};

/** The other end of every edge within the namespace: a default deny would else refuse what the API may send. */
export const serverPolicies = (deployable: Deployable): Policy[] =>
  Object.entries(deployable.system.dependencies).flatMap(([name, dependency]: [string, Dependency]) => {
    const slot = name as Slot;
    const { location } = dependency;
    const { application, owner } = usersOf(deployable, slot);
    const ingress = [{ from: [...application, ...owner], ports: tcp(...facetsOf(dependency, slot).egress.map(({ port }) => port)) }];
    if (location.kind === 'own') {
      return [{ name: `${location.app}-network-policy`, pods: { app: location.app }, ingress, egress: [] }];
    }
    if (location.kind === 'cloudNativePg') return clusterPolicies(deployable, slot, location.name);
    // Somebody else runs it here, so only what comes in from us is ours to say.
    const isHere = location.kind === 'cluster' && !location.namespace && deployable.system.namespace.owned;
    return isHere ? [{ name: `${location.host}-clients`, pods: location.pods, ingress }] : [];
  });

/** Where an instance tells the operator its state, by the operator's documentation. */
const statusPort = 8000;

const clusterPolicies = (deployable: Deployable, slot: Slot, name: string): Policy[] => {
  const { cluster } = deployable;
  const { application, owner } = usersOf(deployable, slot);
  const instances = { 'cnpg.io/cluster': name };
  const pooler = { 'cnpg.io/poolerName': poolerName(name) };
  const operator = [podsIn(cluster.postgresOperator.namespace, cluster.postgresOperator.pods)];
  const common = [
    dnsEgress(cluster),
    egressTo({ to: { kind: 'addresses', cidrs: [cluster.apiServer.cidr] }, port: cluster.apiServer.port }),
  ];
  const toInstances = (...open: number[]): k8s.NetworkPolicyEgressRule => ({ to: [podsHere(instances)], ports: tcp(...open) });
  return [
    {
      name: `${name}-network-policy`,
      pods: instances,
      ingress: [
        { from: [podsHere(instances), podsHere(pooler), ...owner], ports: tcp(ports.postgres) },
        { from: [...operator, podsHere(instances)], ports: tcp(statusPort) },
        { from: operator, ports: tcp(ports.postgres) },
      ],
      egress: [...common, toInstances(ports.postgres, statusPort)],
    },
    {
      name: `${poolerName(name)}-network-policy`,
      pods: pooler,
      ingress: [{ from: application, ports: tcp(ports.postgres) }],
      egress: [...common, toInstances(ports.postgres)],
    },
  ];
};
