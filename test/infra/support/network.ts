import { BlockList } from 'node:net';
import { matches, type Objects } from '../../../infra/rules/objects';

interface Peer {
  podSelector?: { matchLabels?: Record<string, string> };
  namespaceSelector?: { matchLabels?: Record<string, string> };
  ipBlock?: { cidr: string; except?: string[] };
}

interface Port {
  port: number;
  protocol: string;
}

interface Policy {
  podSelector: { matchLabels?: Record<string, string> };
  policyTypes: string[];
  ingress?: { from?: Peer[]; ports?: Port[] }[];
  egress?: { to?: Peer[]; ports?: Port[] }[];
}

/** A pod by its labels, in our namespace unless another is named; or an address outside the cluster. */
export type Endpoint = { labels: Record<string, string>; namespace?: string } | { address: string };

const contains = (cidr: string, address: string): boolean => {
  const [network = '', prefix = ''] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(prefix));
  return list.check(address);
};

const fits = ({ podSelector, namespaceSelector, ipBlock }: Peer, endpoint: Endpoint): boolean => {
  if ('address' in endpoint) {
    if (!ipBlock) return false;
    return contains(ipBlock.cidr, endpoint.address) && !ipBlock.except?.some((cidr) => contains(cidr, endpoint.address));
  }
  if (ipBlock) return false;
  const { labels, namespace } = endpoint;
  const rightNamespace = namespaceSelector
    ? namespace !== undefined && matches(namespaceSelector.matchLabels, { 'kubernetes.io/metadata.name': namespace })
    : namespace === undefined;
  return rightNamespace && (!podSelector || matches(podSelector.matchLabels, labels));
};

/** Whether policies let this side of a connection through, as Kubernetes adds them up. */
const passes = (objects: Objects, side: 'ingress' | 'egress', self: Endpoint, other: Endpoint, port: number, protocol: string): boolean => {
  if ('address' in self || self.namespace) return true;
  const type = side === 'ingress' ? 'Ingress' : 'Egress';
  const isolating = objects
    .of('NetworkPolicy')
    .map(({ spec }) => spec as Policy)
    .filter(({ podSelector, policyTypes }) => policyTypes.includes(type) && matches(podSelector.matchLabels, self.labels));
  if (isolating.length === 0) return true;
  const rules = isolating.flatMap((policy) =>
    side === 'ingress'
      ? (policy.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (policy.egress ?? []).map(({ to, ports }) => ({ peers: to, ports })),
  );
  return rules.some(
    ({ peers, ports }) =>
      (!peers || peers.some((peer) => fits(peer, other))) &&
      (!ports || ports.some((allowed) => allowed.port === port && allowed.protocol === protocol)),
  );
};

/** What the policies of one namespace let out of one of its pods. */
export const maySend = (objects: Objects, from: Endpoint, to: Endpoint, port: number, protocol = 'TCP'): boolean =>
  passes(objects, 'egress', from, to, port, protocol);

/** What they let into one of its pods. */
export const mayReceive = (objects: Objects, to: Endpoint, from: Endpoint, port: number, protocol = 'TCP'): boolean =>
  passes(objects, 'ingress', to, from, port, protocol);

/** A connection needs both ends: the sender's egress and the receiver's ingress. */
export const mayConnect = (objects: Objects, from: Endpoint, to: Endpoint, port: number): boolean =>
  maySend(objects, from, to, port) && mayReceive(objects, to, from, port);
