import { k8s } from 'cdk8s-plus-28';
import type { Cluster, Outside } from '../clusters';
import type { Deployable } from '../model/deployable';
import type { Edge, Peer } from '../model/facets';

/** One NetworkPolicy. A direction that is left out is not the policy's concern; an empty one is closed. */
export interface Policy {
  name: string;
  pods: Readonly<Record<string, string>>;
  ingress?: k8s.NetworkPolicyIngressRule[];
  egress?: k8s.NetworkPolicyEgressRule[];
}

const namespaceName = 'kubernetes.io/metadata.name';

/** Pods of another namespace: both selectors in one peer, so that both must hold. */
export const podsIn = (namespace: string, labels?: Readonly<Record<string, string>>): k8s.NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { [namespaceName]: namespace } },
  ...(labels && { podSelector: { matchLabels: { ...labels } } }),
});

export const podsHere = (labels: Readonly<Record<string, string>>): k8s.NetworkPolicyPeer => ({
  podSelector: { matchLabels: { ...labels } },
});

export const tcp = (...ports: number[]): k8s.NetworkPolicyPort[] =>
  ports.map((port) => ({ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) }));

/** Every address that is not public: private, shared, link-local (metadata services among them) and loopback. */
const notPublic = ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'];

const blocks = (cidrs?: readonly string[]): k8s.NetworkPolicyPeer[] =>
  cidrs ? cidrs.map((cidr) => ({ ipBlock: { cidr } })) : [{ ipBlock: { cidr: '0.0.0.0/0', except: notPublic } }];

const peersOf = (to: Peer): k8s.NetworkPolicyPeer[] => {
  if (to.kind === 'addresses') return blocks(to.cidrs);
  return [to.namespace ? podsIn(to.namespace, to.labels) : podsHere(to.labels)];
};

export const egressTo = ({ to, port }: Edge): k8s.NetworkPolicyEgressRule => ({ to: peersOf(to), ports: tcp(port) });

const outside = ({ cidrs, except }: Outside): k8s.NetworkPolicyPeer[] =>
  cidrs.map((cidr) => ({ ipBlock: { cidr, ...(except && { except: [...except] }) } }));

/** Whoever brings requests from outside of the cluster: an edge's pods, or addresses. */
export const waysIn = ({ cluster, system }: Deployable): k8s.NetworkPolicyPeer[] => {
  const { kind } = system.workloads.api.exposure;
  if (kind === 'none') return [];
  const from = cluster.waysIn[kind];
  return 'pods' in from ? [podsIn(from.namespace, from.pods)] : outside(from);
};

/** Name resolution, at CoreDNS and, where nodes have a cache, at its address: it runs on the host's network. */
export const dnsEgress = ({ dns }: Cluster): k8s.NetworkPolicyEgressRule => ({
  to: [podsIn(dns.namespace, dns.pods), ...(dns.nodeLocal ? [{ ipBlock: { cidr: `${dns.nodeLocal}/32` } }] : [])],
  ports: [
    { protocol: 'UDP', port: k8s.IntOrString.fromNumber(53) },
    { protocol: 'TCP', port: k8s.IntOrString.fromNumber(53) },
  ],
});

/** HTTPS to public addresses only. */
export const publicHttps: Edge = { to: { kind: 'addresses' }, port: 443 };
