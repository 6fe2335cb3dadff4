import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type Deployable, selectorOf } from '../model/deployable';
import { edgeOf } from '../model/entrance';
import type { Edge } from '../model/facets';
import type { Workload } from '../model/system';
import { facetsUsed } from '../model/variables';
import { metadata } from './metadata';
import { migrationApp } from './migration';
import { dnsEgress, egressTo, type Policy, podsHere, podsIn, publicHttps, tcp, waysIn } from './network-policy';
import { serverPolicies } from './server-policies';

/** What each of our pods may reach and who may reach it; nothing else moves in a namespace that we own. */
export class NetworkIsolation extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    if (deployable.system.namespace.owned) {
      new k8s.KubeNetworkPolicy(this, 'default-deny', {
        metadata: metadata(deployable, 'default-deny', 'network', {}),
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      });
    }
    const policies = [
      apiPolicy(deployable),
      migrationPolicy(deployable),
      ...callerPolicies(deployable),
      ...certificatePolicies(deployable),
      ...serverPolicies(deployable),
    ];
    for (const { name, pods, ingress, egress } of policies) {
      new k8s.KubeNetworkPolicy(this, name, {
        metadata: metadata(deployable, name, 'network', {}),
        spec: {
          podSelector: { matchLabels: { ...pods } },
          policyTypes: [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])],
          ...(ingress && { ingress }),
          ...(egress && { egress }),
        },
      });
    }
  }
}

/** One rule for each edge, however many dependencies share it. */
const workloadEgress = (deployable: Deployable, workload: Workload, more: readonly Edge[] = []): k8s.NetworkPolicyEgressRule[] => {
  const edges = [...facetsUsed(deployable, workload).flatMap(({ egress }) => egress), ...more];
  const distinct = new Map(edges.map((edge) => [JSON.stringify(edge), edge]));
  return [dnsEgress(deployable.cluster), ...[...distinct.values()].map(egressTo)];
};

const apiPolicy = (deployable: Deployable): Policy => {
  const { cluster, names, system } = deployable;
  const { ports, callers, monitored, ...api } = system.workloads.api;
  const from = [...waysIn(deployable), ...callers.map(podsHere)];
  return {
    name: names.networkPolicy,
    pods: selectorOf(system),
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

/** The callers' own end of the edge: our default deny covers them, too, and the rest of their edges is theirs to say. */
const callerPolicies = ({ cluster, system, names }: Deployable): Policy[] => {
  const { callers, ports } = system.workloads.api;
  if (!system.namespace.owned) return [];
  return callers.map((pods) => ({
    name: `${names.deployment}-from-${Object.values(pods).join('-')}`,
    pods,
    egress: [dnsEgress(cluster), { to: [podsHere(selectorOf(system))], ports: tcp(ports.http) }],
  }));
};

/** Port and label of the pods by which cert-manager answers an HTTP-01 challenge, in the namespace of the Ingress. */
const solver = { labels: { 'acme.cert-manager.io/http01-solver': 'true' }, port: 8089 };

/** Only where cert-manager makes the certificate: a load balancer of AWS takes one of its account. */
const certificatePolicies = (deployable: Deployable): Policy[] => {
  const edge = edgeOf(deployable);
  if (!edge || edge.kind === 'alb') return [];
  const ingress = [{ from: waysIn(deployable), ports: tcp(solver.port) }];
  return [{ name: `${deployable.names.ingress}-certificate`, pods: solver.labels, ingress }];
};
