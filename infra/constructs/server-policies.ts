import type { k8s } from 'cdk8s-plus-28';
import type { Dependency, Slot } from '../model/dependency';
import { type Deployable, selectorOf } from '../model/deployable';
import { facetsOf, poolerName, ports } from '../model/facets';
import { migrationApp } from './migration';
import { dnsEgress, egressTo, type Policy, podsHere, podsIn, tcp } from './network-policy';

/** The labels of everything of ours that uses a dependency, by what it does there. */
const usersOf = (deployable: Deployable, slot: Slot) => {
  const { api, migration } = deployable.system.workloads;
  return {
    application: api.uses.includes(slot) ? [podsHere(selectorOf(deployable.system))] : [],
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
    if (location.kind === 'redisCluster') return [redisClusterPolicy(deployable, location.app, application)];
    if (location.kind === 'cloudNativePg') {
      const pooler = poolerPolicy(deployable, slot, location.name);
      // The servers of a replica are those of the database.
      return slot === 'reader' ? [pooler] : [instancesPolicy(deployable, slot, location.name), pooler];
    }
    // Somebody else runs it here, so only what comes in from us is ours to say.
    const isHere = location.kind === 'cluster' && !location.namespace && deployable.system.namespace.owned;
    return isHere ? [{ name: `${location.host}-clients`, pods: location.pods, ingress }] : [];
  });

/** Its nodes are clients of each other, too: they copy data, ask each other in the script, and gossip on the bus. */
const redisClusterPolicy = ({ cluster }: Deployable, app: string, clients: k8s.NetworkPolicyPeer[]): Policy => {
  const nodes = podsHere({ app });
  return {
    name: `${app}-network-policy`,
    pods: { app },
    ingress: [
      { from: [...clients, nodes], ports: tcp(ports.redis) },
      { from: [nodes], ports: tcp(ports.redisBus) },
    ],
    egress: [dnsEgress(cluster), { to: [nodes], ports: tcp(ports.redis, ports.redisBus) }],
  };
};

/** Where an instance tells the operator its state, by the operator's documentation. */
const statusPort = 8000;

/** Where their exporters listen. */
const metricsPorts = { instance: 9187, pooler: 9127 } as const;

const scrapers = ({ cluster }: Deployable) => [podsIn(cluster.monitoring.namespace, cluster.monitoring.pods)];

const instances = (name: string) => podsHere({ 'cnpg.io/cluster': name });

/** What instances and poolers both need: names, and the API server, where they read what they are to be. */
const managed = ({ cluster }: Deployable): k8s.NetworkPolicyEgressRule[] => [
  dnsEgress(cluster),
  egressTo({ to: { kind: 'addresses', cidrs: [cluster.apiServer.cidr] }, port: cluster.apiServer.port }),
];

const instancesPolicy = (deployable: Deployable, slot: Slot, name: string): Policy => {
  const { cluster, system } = deployable;
  const { owner } = usersOf(deployable, slot);
  const operator = [podsIn(cluster.postgresOperator.namespace, cluster.postgresOperator.pods)];
  const poolers = (['database', 'reader'] as const)
    .filter((pooled) => system.dependencies[pooled]?.location.kind === 'cloudNativePg')
    .map((pooled) => podsHere({ 'cnpg.io/poolerName': poolerName(name, pooled) }));
  return {
    name: `${name}-network-policy`,
    pods: { 'cnpg.io/cluster': name },
    ingress: [
      { from: [instances(name), ...poolers, ...owner], ports: tcp(ports.postgres) },
      { from: [...operator, instances(name)], ports: tcp(statusPort) },
      { from: operator, ports: tcp(ports.postgres) },
      { from: scrapers(deployable), ports: tcp(metricsPorts.instance) },
    ],
    egress: [...managed(deployable), { to: [instances(name)], ports: tcp(ports.postgres, statusPort) }],
  };
};

const poolerPolicy = (deployable: Deployable, slot: Slot, name: string): Policy => ({
  name: `${poolerName(name, slot)}-network-policy`,
  pods: { 'cnpg.io/poolerName': poolerName(name, slot) },
  ingress: [
    { from: usersOf(deployable, slot).application, ports: tcp(ports.postgres) },
    { from: scrapers(deployable), ports: tcp(metricsPorts.pooler) },
  ],
  egress: [...managed(deployable), { to: [instances(name)], ports: tcp(ports.postgres) }],
});
