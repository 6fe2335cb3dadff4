import type { Edge } from '../model/facets';
import { containersOf, type Objects } from './objects';
import { isAboutPods, isAboutRange, opens, type Pods, type PolicyPeer, rulesFor } from './policies';
import { matches } from './selectors';

/** A public address, to ask a rule about "anywhere outside" (TEST-NET-3 stands for none that exists). */
const somewherePublic = '203.0.113.1/32';

/** What the pods that receive call a port, where they are among the objects. */
const namesOf = (objects: Objects, { namespace, labels }: Pods, port: number): string[] =>
  objects
    .podsWithin(namespace)
    .filter((pod) => matches(labels, pod.labels))
    .flatMap(containersOf)
    .flatMap(({ ports = [] }) => ports.filter(({ containerPort }) => containerPort === port).flatMap(({ name }) => name ?? []));

const lets = (
  objects: Objects,
  side: 'Ingress' | 'Egress',
  self: Pods,
  port: number,
  receiver: Pods | undefined,
  isAbout: (peer: PolicyPeer) => boolean,
): boolean => {
  const rules = rulesFor(objects, side, self);
  const names = receiver ? namesOf(objects, receiver, port) : [];
  return !rules || rules.some((rule) => opens(rule, port, 'TCP', names) && (rule.peers.length === 0 || rule.peers.some(isAbout)));
};

/** Whether the network policies let these pods send to the other end of an edge. */
export const reaches = (objects: Objects, sender: Pods, { to, port }: Edge): boolean => {
  if (to.kind === 'addresses') {
    // Each range on its own: one rule may admit the one, another rule the other.
    return (to.cidrs ?? [somewherePublic]).every((cidr) =>
      lets(objects, 'Egress', sender, port, undefined, (peer) => isAboutRange(peer, cidr)),
    );
  }
  const receiver = { namespace: to.namespace ?? sender.namespace, labels: to.labels };
  return lets(objects, 'Egress', sender, port, receiver, (peer) => isAboutPods(objects, sender.namespace, peer, receiver));
};

/** Whether the network policies of the receiving pods let these senders in. */
export const admitted = (objects: Objects, receiver: Pods, sender: Pods, port: number): boolean =>
  lets(objects, 'Ingress', receiver, port, receiver, (peer) => isAboutPods(objects, receiver.namespace, peer, sender));
