import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Objects } from './objects';
import { type LabelSelector, type Labels, selects } from './selectors';

export interface PolicyPeer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr: string; except?: string[] };
}

export interface PolicyPort {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}

/** A rule of either side: whom it is about, and which ports. Without either it is about all. */
export interface PolicyRule {
  peers: readonly PolicyPeer[];
  ports: readonly PolicyPort[];
}

interface PolicySpec {
  podSelector?: LabelSelector;
  policyTypes?: string[];
  egress?: { to?: PolicyPeer[]; ports?: PolicyPort[] }[];
  ingress?: { from?: PolicyPeer[]; ports?: PolicyPort[] }[];
}

/** Pods by namespace and labels. */
export interface Pods {
  namespace: string;
  labels: Labels;
}

export type Side = 'Ingress' | 'Egress';

const isolates = ({ policyTypes, podSelector, egress }: PolicySpec, side: Side, labels: Labels): boolean => {
  // What Kubernetes assumes where nothing is said.
  const types = policyTypes ?? ['Ingress', ...(egress ? ['Egress'] : [])];
  return types.includes(side) && selects(podSelector ?? {}, labels);
};

const rulesOf = ({ egress = [], ingress = [] }: PolicySpec, side: Side): PolicyRule[] =>
  side === 'Egress'
    ? egress.map(({ to = [], ports = [] }) => ({ peers: to, ports }))
    : ingress.map(({ from = [], ports = [] }) => ({ peers: from, ports }));

/** The rules of all policies that isolate some pods on one side, which add up; undefined when none isolates them. */
export const rulesFor = (objects: Objects, side: Side, { namespace, labels }: Pods): PolicyRule[] | undefined => {
  const specs = objects
    .within(namespace, 'NetworkPolicy')
    .map(({ spec }) => (spec ?? {}) as PolicySpec)
    .filter((spec) => isolates(spec, side, labels));
  return specs.length === 0 ? undefined : specs.flatMap((spec) => rulesOf(spec, side));
};

/** Labels of a namespace: the one that each has of itself, and those of its object. */
const namespaceLabels = (objects: Objects, name: string): Labels => ({
  ...objects.of('Namespace').find(({ metadata }) => metadata.name === name)?.metadata.labels,
  'kubernetes.io/metadata.name': name,
});

/** Whether a peer of a policy in namespace `home` is about these pods. Addresses are for what lies outside of the cluster. */
export const isAboutPods = (objects: Objects, home: string, peer: PolicyPeer, { namespace, labels }: Pods): boolean => {
  if (peer.ipBlock) return false;
  const here = peer.namespaceSelector ? selects(peer.namespaceSelector, namespaceLabels(objects, namespace)) : namespace === home;
  return here && selects(peer.podSelector ?? {}, labels);
};

interface Range {
  network: string;
  bits: number;
}

const rangeOf = (cidr: string): Range | undefined => {
  const [network = '', bits] = cidr.split('/');
  return isIP(network) === 0 ? undefined : { network, bits: Number(bits ?? (isIPv6(network) ? 128 : 32)) };
};

const family = (address: string): 'ipv6' | 'ipv4' => (isIPv6(address) ? 'ipv6' : 'ipv4');

const contains = ({ network, bits }: Range, address: string): boolean => {
  const list = new BlockList();
  list.addSubnet(network, bits, family(network));
  return list.check(address, family(address));
};

/** Whether a peer is about the whole of an address range. */
export const isAboutRange = ({ ipBlock }: PolicyPeer, cidr: string): boolean => {
  const [block, wanted] = [rangeOf(ipBlock?.cidr ?? ''), rangeOf(cidr)];
  if (!block || !wanted || block.bits > wanted.bits || !contains(block, wanted.network)) return false;
  return !(ipBlock?.except ?? []).some((except) => {
    const hole = rangeOf(except);
    return hole && (contains(hole, wanted.network) || contains(wanted, hole.network));
  });
};

/** Whether a rule opens a port, by its number or by one of the names that the receiving pods give it. */
export const opens = ({ ports }: PolicyRule, wanted: number, protocol = 'TCP', names: readonly string[] = []): boolean =>
  ports.length === 0 ||
  ports.some(({ port, endPort, protocol: open = 'TCP' }) => {
    if (open !== protocol) return false;
    if (port === undefined) return true;
    return typeof port === 'string' ? names.includes(port) : port <= wanted && wanted <= (endPort ?? port);
  });
