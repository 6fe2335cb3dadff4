import { type Container, namespaceOf, type PodOwner, runningContainersOf } from './objects';
import { areMadeByOperator } from './operators';
import { objectPath, type Rule } from './rule';
import { matches } from './selectors';

interface ServicePort {
  port: number;
  targetPort?: number | string;
  protocol?: string;
}

interface Spec {
  type?: string;
  selector?: Record<string, string>;
  ports?: ServicePort[];
}

type ContainerPort = NonNullable<Container['ports']>[number];

const leadsTo = ({ port, targetPort = port, protocol = 'TCP' }: ServicePort, open: ContainerPort): boolean =>
  (open.protocol ?? 'TCP') === protocol && (open.name === targetPort || open.containerPort === targetPort);

/** Pods need not declare a port to listen on it: a number says nothing against pods that declare none at all. */
const isUnknown = ({ port, targetPort = port }: ServicePort, open: readonly ContainerPort[]): boolean =>
  open.length === 0 && typeof targetPort === 'number';

const openOf = (pod: PodOwner): ContainerPort[] => runningContainersOf(pod).flatMap(({ ports = [] }) => ports);

const told = ({ name, containerPort, protocol }: ContainerPort): string =>
  [name, containerPort, protocol === 'TCP' ? undefined : protocol].filter((part) => part !== undefined).join(' ');

export const servicePorts: Rule = {
  code: 'SVC-PORT',
  title: 'Every Service leads to a port that its pods open',
  why: 'The Service resolves, and every connection is refused.',
  severity: 'error',
  reads: 'objects',
  *check(objects) {
    for (const service of objects.of('Service')) {
      const { type, selector, ports = [] } = (service.spec ?? {}) as Spec;
      // Without a selector somebody else says where it leads.
      if (!selector || type === 'ExternalName') continue;
      const at = namespaceOf(service);
      const pods = objects.podsWithin(at).filter(({ labels }) => matches(selector, labels));
      if (pods.length === 0) {
        if (areMadeByOperator(objects, at, selector)) continue;
        yield {
          at,
          path: `${objectPath(service)} selector`,
          got: JSON.stringify(selector),
          allowed: 'labels of pods in this namespace',
          fix: 'Select the labels of the pod template.',
        };
      }
      for (const pod of pods) {
        const open = openOf(pod);
        for (const port of ports) {
          if (isUnknown(port, open) || open.some((candidate) => leadsTo(port, candidate))) continue;
          yield {
            at,
            path: `${objectPath(service)} port ${port.port}`,
            got: `target port ${port.targetPort ?? port.port} (${port.protocol ?? 'TCP'})`,
            allowed: `a port of ${objectPath(pod.object)}: ${open.map(told).join(', ') || 'none'}`,
            fix: 'Target the name or number of a container port; a Job or server must not share the labels of the API.',
          };
        }
      }
    }
  },
};
