import { type KubernetesObject, namespaceOf, type Objects } from './objects';
import { objectPath, type Rule } from './rule';

interface IngressSpec {
  tls?: { hosts?: string[] }[];
  rules?: { host?: string }[];
}

interface Listener {
  name: string;
  protocol: string;
  hostname?: string;
  tls?: { mode?: string; certificateRefs?: { name: string; namespace?: string }[] };
}

interface RouteSpec {
  hostnames?: string[];
  parentRefs?: { name: string; namespace?: string; sectionName?: string }[];
}

/** Whether a host, or a pattern such as `*.example.com`, takes in another. */
const covers = (pattern: string, host: string): boolean =>
  pattern === host || (pattern.startsWith('*.') && host.slice(host.indexOf('.')) === pattern.slice(1));

/** Controllers join the Ingresses of a namespace by host, so the certificate may stand in another of them. */
const securedBy = (objects: Objects, ingress: KubernetesObject): string[] =>
  objects
    .within(namespaceOf(ingress), 'Ingress')
    .flatMap(({ spec }) => ((spec ?? {}) as IngressSpec).tls ?? [])
    .flatMap(({ hosts = [] }) => hosts);

/** Why a listener for HTTPS gets no certificate, if it gets none. */
const uncertified = ({ hostname, tls }: Listener, namespace: string): string | undefined => {
  if (!hostname) return 'no hostname';
  if ((tls?.mode ?? 'Terminate') !== 'Terminate') return `tls.mode ${tls?.mode}`;
  if (!tls?.certificateRefs?.length) return 'no certificateRefs';
  const elsewhere = tls.certificateRefs.find((reference) => (reference.namespace ?? namespace) !== namespace);
  return elsewhere && `its Secret ${elsewhere.name} in the namespace ${elsewhere.namespace}`;
};

const listenersOf = ({ spec }: KubernetesObject): Listener[] => (spec as { listeners?: Listener[] } | undefined)?.listeners ?? [];

/** Listeners that a route asks for; undefined when one of its Gateways is not among the objects. */
const listenersFor = (objects: Objects, route: KubernetesObject): Listener[] | undefined => {
  const found = (((route.spec ?? {}) as RouteSpec).parentRefs ?? []).map(({ name, namespace, sectionName }) => {
    const gateway = objects.find('Gateway', namespace ?? namespaceOf(route), name);
    return gateway && listenersOf(gateway).filter((listener) => !sectionName || listener.name === sectionName);
  });
  return found.includes(undefined) ? undefined : found.flatMap((listeners) => listeners ?? []);
};

export const tlsHost: Rule = {
  code: 'TLS-HOST',
  title: 'Every public host has its certificate',
  why: 'Browsers warn of the certificate of somebody else, or the host answers nobody.',
  severity: 'error',
  reads: 'objects',
  *check(objects) {
    for (const ingress of objects.of('Ingress')) {
      const secured = securedBy(objects, ingress);
      for (const { host } of ((ingress.spec ?? {}) as IngressSpec).rules ?? []) {
        if (host && secured.some((pattern) => covers(pattern, host))) continue;
        yield {
          at: namespaceOf(ingress),
          path: `${objectPath(ingress)} rules`,
          got: host ?? 'a rule for every host',
          allowed: `hosts under tls of an Ingress of the namespace: ${secured.join(', ') || 'none'}`,
          fix: 'Name the host in spec.tls, with the Secret of its certificate.',
        };
      }
    }
    for (const gateway of objects.of('Gateway')) {
      for (const listener of listenersOf(gateway).filter(({ protocol }) => protocol === 'HTTPS')) {
        const got = uncertified(listener, namespaceOf(gateway));
        if (!got) continue;
        yield {
          at: namespaceOf(gateway),
          path: `${objectPath(gateway)} listener ${listener.name}`,
          got,
          allowed: 'a hostname, tls.mode Terminate, and a Secret in the namespace of the Gateway: cert-manager skips every other listener',
          fix: 'Complete the listener.',
        };
      }
    }
    for (const route of objects.of('HTTPRoute')) {
      const listeners = listenersFor(objects, route);
      if (!listeners) continue;
      const hosts = ((route.spec ?? {}) as RouteSpec).hostnames ?? [];
      for (const host of hosts.filter((name) => !listeners.some(({ hostname }) => !hostname || covers(hostname, name)))) {
        yield {
          at: namespaceOf(route),
          path: `${objectPath(route)} hostnames`,
          got: host,
          allowed: `hosts of the listeners it names: ${listeners.map(({ hostname }) => hostname).join(', ') || 'none'}`,
          fix: 'Give Gateway and route the same host, and the route a sectionName that the Gateway has.',
        };
      }
    }
  },
};
