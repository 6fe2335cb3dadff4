import { BlockList, isIPv6 } from 'node:net';
import type { Edge } from '../model/facets';
import { type KubernetesObject, matches, type Objects } from './objects';

interface LabelSelector {
  matchLabels?: Record<string, string>;
}

interface PolicyPeer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr: string; except?: string[] };
}

interface EgressRule {
  to?: PolicyPeer[];
  ports?: { protocol?: string; port?: number | string; endPort?: number }[];
}

interface PolicySpec {
  podSelector: LabelSelector;
  policyTypes?: string[];
  egress?: EgressRule[];
}

const specOf = (policy: KubernetesObject): PolicySpec => policy.spec as PolicySpec;

const within = (address: string, cidrs: readonly string[]): boolean => {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', bits] = cidr.split('/');
    list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4');
  }
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
};

/** A public address, to ask a rule about "anywhere outside" (TEST-NET-3 stands for none that exists). */
const somewherePublic = '203.0.113.1';

const admitsAddress = ({ ipBlock }: PolicyPeer, cidr?: string): boolean => {
  if (!ipBlock) return false;
  const address = cidr?.split('/')[0] ?? somewherePublic;
  return within(address, [ipBlock.cidr]) && !within(address, ipBlock.except ?? []);
};

const admitsPods = (peer: PolicyPeer, from: string, namespace: string, labels: Readonly<Record<string, string>>): boolean => {
  if (peer.ipBlock) return false;
  const here = peer.namespaceSelector
    ? matches(peer.namespaceSelector.matchLabels, { 'kubernetes.io/metadata.name': namespace })
    : namespace === from;
  return here && matches(peer.podSelector?.matchLabels, labels);
};

const admits = (rule: EgressRule, from: string, { to, port }: Edge): boolean => {
  const portFits =
    !rule.ports || rule.ports.some((open) => (open.protocol ?? 'TCP') === 'TCP' && (open.port === undefined || open.port === port));
  if (!portFits) return false;
  if (!rule.to) return true;
  return rule.to.some((peer) =>
    to.kind === 'addresses' ? admitsAddress(peer, to.cidrs?.[0]) : admitsPods(peer, from, to.namespace ?? from, to.labels),
  );
};

/** Each range on its own: one rule may admit the one, another rule the other. */
const separate = ({ to, port }: Edge): Edge[] =>
  to.kind === 'addresses' && to.cidrs ? to.cidrs.map((cidr) => ({ to: { kind: 'addresses', cidrs: [cidr] }, port })) : [{ to, port }];

/** Whether the network policies let pods with these labels send to the other end of an edge. */
export const reaches = (objects: Objects, namespace: string, labels: Readonly<Record<string, string>>, edge: Edge): boolean => {
  const isolating = objects
    .of('NetworkPolicy')
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(specOf)
    .filter(({ policyTypes, podSelector }) => policyTypes?.includes('Egress') && matches(podSelector.matchLabels, labels));
  return (
    isolating.length === 0 ||
    separate(edge).every((part) => isolating.some(({ egress }) => egress?.some((rule) => admits(rule, namespace, part))))
  );
};
