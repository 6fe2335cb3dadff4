import { namespaceOf } from './objects';
import { isAboutPods, isAboutRange, opens, type PolicyRule, rulesFor } from './policies';
import { objectPath, type Rule } from './rule';

const dns = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };

/** What CoreDNS calls its ports. */
const names = { UDP: ['dns'], TCP: ['dns-tcp'] };

/** Where the node's own cache listens, on clusters that have one. Its pods use the host's network, so that only an address fits them. */
const nodeLocal = '169.254.20.10/32';

export const nameResolution: Rule = {
  code: 'NP-DNS',
  title: 'Pods that may send at all may resolve names',
  why: 'Every connection by name fails, with an error that does not mention the policy.',
  severity: 'error',
  reads: 'objects',
  *check(objects) {
    for (const pod of objects.pods) {
      const namespace = namespaceOf(pod.object);
      const rules = rulesFor(objects, 'Egress', { namespace, labels: pod.labels });
      // A server that may send nothing needs no names; and no policy is about pods on the host's network.
      if (!rules || rules.length === 0 || (pod.spec as { hostNetwork?: boolean }).hostNetwork) continue;
      const leadsToDns = ({ peers }: PolicyRule): boolean =>
        peers.length === 0 || peers.some((peer) => isAboutPods(objects, namespace, peer, dns) || isAboutRange(peer, nodeLocal));
      const closed = (['UDP', 'TCP'] as const).filter(
        (protocol) => !rules.some((rule) => opens(rule, 53, protocol, names[protocol]) && leadsToDns(rule)),
      );
      if (closed.length === 0) continue;
      yield {
        at: namespace,
        path: `${objectPath(pod.object)} egress`,
        got: `no rule lets it reach the cluster's DNS over ${closed.join(' and ')}`,
        allowed: 'UDP and TCP 53 to pods k8s-app=kube-dns in the namespace with kubernetes.io/metadata.name=kube-system',
        fix: 'Add the rule: a selector of pods alone stays within its own namespace, and no other label names a namespace by itself.',
      };
    }
  },
};
