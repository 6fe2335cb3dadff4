import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Dependency, Slot } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { type Edge, poolerName } from '../model/facets';
import type { Workload } from '../model/system';
import { facetsUsed } from '../model/variables';
import { metadata } from './metadata';
import { migrationApp } from './migration';
import { dnsEgress, egressTo, podsHere, podsIn, publicHttps, tcp } from './network-policy';

interface Policy {
  name: string;
  pods: Readonly<Record<string, string>>;
  ingress: k8s.NetworkPolicyIngressRule[];
  egress?: k8s.NetworkPolicyEgressRule[];
}

/** The labels of everything of ours that uses a dependency. */
const usersOf = (deployable: Deployable, slot: Slot): Record<string, string>[] => {
  const { api, migration } = deployable.system.workloads;
  return [
    ...(api.uses.includes(slot) ? [{ app: deployable.system.app }] : []),
    ...(migration.uses.includes(slot) ? [{ app: migrationApp(deployable) }] : []),
  ];
};

/** One rule for each edge, however many dependencies share it. */
const workloadEgress = (deployable: Deployable, workload: Workload, more: readonly Edge[] = []): k8s.NetworkPolicyEgressRule[] => {
  const edges = [...facetsUsed(deployable, workload).flatMap(({ egress }) => egress), ...more];
  const distinct = new Map(edges.map((edge) => [JSON.stringify(edge), edge]));
  return [dnsEgress(deployable.cluster), ...[...distinct.values()].map(egressTo)];
};

/** What the API may reach and who may reach it; nothing else moves in a namespace that we own. */
export class NetworkIsolation extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    if (deployable.system.namespace.owned) {
      new k8s.KubeNetworkPolicy(this, 'default-deny', {
        metadata: metadata(deployable, 'default-deny', 'network', {}),
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      });
    }
    const policies = [apiPolicy(deployable), migrationPolicy(deployable), ...serverPolicies(deployable)];
    for (const { name, pods, ingress, egress } of policies) {
      new k8s.KubeNetworkPolicy(this, name, {
        metadata: metadata(deployable, name, 'network', {}),
        spec: {
          podSelector: { matchLabels: { ...pods } },
          policyTypes: egress ? ['Ingress', 'Egress'] : ['Ingress'],
          ingress,
          ...(egress && { egress }),
        },
      });
    }
  }
}

const apiPolicy = (deployable: Deployable): Policy => {
  const { cluster, names, system } = deployable;
  const { ports, exposure, callers, monitored, ...api } = system.workloads.api;
  const from = [...(exposure.kind === 'none' ? [] : [podsIn(cluster.ingress.namespace, cluster.ingress.pods)]), ...callers.map(podsHere)];
  return {
    name: names.networkPolicy,
    pods: { app: system.app },
    ingress: [
      ...(from.length > 0 ? [{ from, ports: tcp(ports.http) }] : []),
      ...(monitored ? [{ from: [podsIn(cluster.monitoring.namespace, cluster.monitoring.pods)], ports: tcp(ports.metrics) }] : []),
    ],
    egress: workloadEgress(deployable, api, system.thirdParties.length > 0 ? [publicHttps] : []),
  };
};

const migrationPolicy = (deployable: Deployable): Policy => ({
  name: `${deployable.names.migration}-network-policy`,
  pods: { app: migrationApp(deployable) },
  ingress: [],
  egress: workloadEgress(deployable, deployable.system.workloads.migration),
});

/** The other end of every edge within the namespace: a default deny would else refuse what the API may send. */
const serverPolicies = (deployable: Deployable): Policy[] =>
  Object.entries(deployable.system.dependencies).flatMap(([slot, dependency]: [string, Dependency]) => {
    const from = usersOf(deployable, slot as Slot).map(podsHere);
    const { location } = dependency;
    if (location.kind === 'own') {
      const port = dependency.kind === 'postgres' ? 5432 : 6379;
      return [{ name: `${location.app}-network-policy`, pods: { app: location.app }, ingress: [{ from, ports: tcp(port) }], egress: [] }];
    }
    if (location.kind === 'cloudNativePg') return clusterPolicies(deployable, location.name);
    if (location.kind === 'cluster' && !location.namespace && deployable.system.namespace.owned) {
      // Somebody else runs it here, so only what comes in from us is ours to say.
      const ports = facetsUsed(deployable, { uses: [slot as Slot], resources: deployable.system.workloads.api.resources });
      return [
        {
          name: `${location.host}-clients`,
          pods: location.pods,
          ingress: [{ from, ports: tcp(...ports.flatMap(({ egress }) => egress.map(({ port }) => port))) }],
        },
      ];
    }
    return [];
  });

/** Ports by the operator's own documentation: 5432 SQL, 8000 status, 9187 and 9127 metrics. */
const clusterPolicies = ({ cluster, system, names }: Deployable, name: string): Policy[] => {
  const instances = { 'cnpg.io/cluster': name };
  const pooler = { 'cnpg.io/poolerName': poolerName(name) };
  const scraper = [podsIn(cluster.monitoring.namespace, cluster.monitoring.pods)];
  const operator = [podsIn('cnpg-system', { 'app.kubernetes.io/name': 'cloudnative-pg' })];
  const common = [
    dnsEgress(cluster),
    egressTo({ to: { kind: 'addresses', cidrs: [cluster.apiServer.cidr] }, port: cluster.apiServer.port }),
  ];
  const toInstances = { to: [podsHere(instances)], ports: tcp(5432) };
  return [
    {
      name: `${name}-network-policy`,
      pods: instances,
      ingress: [
        { from: [podsHere(instances), podsHere(pooler), podsHere({ app: names.migration })], ports: tcp(5432) },
        { from: [...operator, podsHere(instances)], ports: tcp(8000) },
        { from: operator, ports: tcp(5432) },
        { from: scraper, ports: tcp(9187) },
      ],
      egress: [...common, toInstances, { to: [podsHere(instances)], ports: tcp(8000) }],
    },
    {
      name: `${poolerName(name)}-network-policy`,
      pods: pooler,
      ingress: [
        { from: [podsHere({ app: system.app })], ports: tcp(5432) },
        { from: scraper, ports: tcp(9127) },
      ],
      egress: [...common, toInstances],
    },
  ];
};
