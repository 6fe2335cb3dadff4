import { nameResolution } from '../../../infra/rules/name-resolution';
import { deployment, findingsIn, object, policy } from '../support/small-objects';
import { itellicoApi, stacks } from '../support/stacks';
import { find, findingsOf, worldOf } from '../support/world';

interface Egress {
  to?: object[];
  ports?: { port?: number | string; endPort?: number; protocol?: string }[];
}

const changedDns = (change: (rule: Egress) => void) =>
  worldOf([itellicoApi], 'production', (objects) => {
    const { egress } = find(objects, 'NetworkPolicy', 'api-network-policy').spec as { egress: Egress[] };
    for (const rule of egress) if (rule.ports?.some(({ port }) => port === 53)) change(rule);
    return objects;
  });

const ports = [
  { port: 53, protocol: 'UDP' },
  { port: 53, protocol: 'TCP' },
];

const system = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } };

const withEgress = (...egress: Egress[]) =>
  findingsIn(nameResolution, deployment('web'), policy('web', { podSelector: {}, policyTypes: ['Egress'], egress }));

describe('NP-DNS', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(nameResolution, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds port 53 opened to pods of the own namespace', () => {
    const world = changedDns((rule) => {
      rule.to = [{ podSelector: {} }];
    });
    expect(findingsOf(nameResolution, world)).toEqual([
      {
        at: 'itellico-mono',
        path: 'Deployment/api egress',
        got: "no rule lets it reach the cluster's DNS over UDP and TCP",
        allowed: 'UDP and TCP 53 to pods k8s-app=kube-dns in the namespace with kubernetes.io/metadata.name=kube-system',
        fix: 'Add the rule: a selector of pods alone stays within its own namespace, and no other label names a namespace by itself.',
      },
    ]);
  });

  test('finds UDP without TCP, and a namespace by a label that it has not of itself', () => {
    const onlyUdp = changedDns((rule) => {
      rule.ports = rule.ports?.filter(({ protocol }) => protocol === 'UDP');
    });
    expect(findingsOf(nameResolution, onlyUdp)).toMatchObject([{ got: "no rule lets it reach the cluster's DNS over TCP" }]);
    const byName = changedDns((rule) => {
      rule.to = [{ namespaceSelector: { matchLabels: { name: 'kube-system' } } }];
    });
    expect(findingsOf(nameResolution, byName)).toMatchObject([{ path: 'Deployment/api egress' }]);
  });

  test('takes that label where the namespace is declared with it', () => {
    const declared = object('Namespace', 'kube-system', { metadata: { namespace: undefined, labels: { name: 'kube-system' } } });
    const egress = [{ to: [{ namespaceSelector: { matchLabels: { name: 'kube-system' } } }], ports }];
    const isolated = policy('web', { podSelector: {}, policyTypes: ['Egress'], egress });
    expect(findingsIn(nameResolution, deployment('web'), isolated, declared)).toEqual([]);
  });

  test.each<[string, Egress]>([
    ['everything', {}],
    ['empty lists, which say as much', { to: [], ports: [] }],
    ['all pods of kube-system', { to: [system], ports }],
    ['every namespace', { to: [{ namespaceSelector: {} }], ports }],
    ['DNS by expression', { to: [{ ...system, podSelector: { matchExpressions: [{ key: 'k8s-app', operator: 'Exists' }] } }], ports }],
    [
      'a range of ports',
      {
        to: [system],
        ports: [
          { port: 1, endPort: 1023, protocol: 'UDP' },
          { port: 1, endPort: 1023 },
        ],
      },
    ],
    ['all ports of a protocol', { to: [system], ports: [{ protocol: 'UDP' }, { protocol: 'TCP' }] }],
    ["CoreDNS' ports by name", { to: [system], ports: [{ port: 'dns', protocol: 'UDP' }, { port: 'dns-tcp' }] }],
    ['DNS among others', { to: [{ podSelector: {} }, system], ports }],
    ["the node's own cache", { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }], ports }],
    ['every address', { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports }],
  ])('is content with a rule for %s', (_, rule) => {
    expect(withEgress(rule)).toEqual([]);
  });

  test.each<[string, Egress]>([
    ['other pods of kube-system', { to: [{ ...system, podSelector: { matchLabels: { 'k8s-app': 'metrics' } } }], ports }],
    ['public addresses alone', { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }], ports }],
    ['another port', { to: [system], ports: [{ port: 443 }] }],
    ['a range that does not reach 53', { to: [system], ports: [{ port: 54, endPort: 99 }] }],
  ])('is not content with a rule for %s', (_, rule) => {
    expect(withEgress(rule)).toHaveLength(1);
  });

  test('knows that egress rules isolate, even where policyTypes does not say so', () => {
    const isolated = policy('web', { podSelector: { matchLabels: { app: 'web' } }, egress: [{ ports: [{ port: 443 }] }] });
    expect(findingsIn(nameResolution, deployment('web'), isolated)).toHaveLength(1);
  });

  test('says nothing of pods that may send nothing, that no policy isolates, or that use the host network', () => {
    const closed = policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const onlyIngress = policy('in', { podSelector: {}, ingress: [{}] });
    const https = policy('https', { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 443 }] }] });
    expect(findingsIn(nameResolution, deployment('web'), closed)).toEqual([]);
    expect(findingsIn(nameResolution, deployment('web'), onlyIngress)).toEqual([]);
    expect(findingsIn(nameResolution, deployment('web', { pod: { hostNetwork: true } }), https)).toEqual([]);
    expect(findingsIn(nameResolution, deployment('web', { metadata: { namespace: 'elsewhere' } }), https)).toEqual([]);
  });
});
