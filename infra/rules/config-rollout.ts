import { containersOf, type KubernetesObject, namespaceOf, type Objects, type PodOwner } from './objects';
import { objectPath, type Rule } from './rule';

interface Template {
  template?: { metadata?: { annotations?: Record<string, string> } };
}

interface Volume {
  configMap?: { name: string };
  projected?: { sources?: { configMap?: { name: string } }[] };
}

const configMapsOf = (pod: PodOwner): string[] => {
  const { volumes = [] } = pod.spec as { volumes?: Volume[] };
  const mounted = volumes.flatMap(({ configMap, projected }) => [
    configMap,
    ...(projected?.sources ?? []).map((source) => source.configMap),
  ]);
  const referenced = containersOf(pod).flatMap(({ env = [], envFrom = [] }) => [
    ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef),
    ...envFrom.map(({ configMapRef }) => configMapRef),
  ]);
  return [...new Set([...mounted, ...referenced].flatMap((reference) => reference?.name ?? []))];
};

/** A name that changes with the content: kustomize's ten letters, from an alphabet without vowels. */
const hashed = /-[2456789bcdfghkmt]{10}$/;

/** Content that never changes under its name. */
const isFixed = ({ immutable, metadata }: KubernetesObject): boolean => immutable === true || hashed.test(metadata.name);

/** A checksum on the template; or Stakater's Reloader, which restarts the workload. */
const isRolled = ({ spec, metadata }: KubernetesObject): boolean =>
  Object.keys((spec as Template).template?.metadata?.annotations ?? {}).some((name) => /checksum|hash/i.test(name)) ||
  Object.keys(metadata.annotations ?? {}).some((name) => name.includes('reloader.stakater.com/'));

const changing = (objects: Objects, pod: PodOwner): string[] =>
  configMapsOf(pod).filter((name) => {
    const map = objects.find('ConfigMap', namespaceOf(pod.object), name);
    return map && !isFixed(map);
  });

export const configRollout: Rule = {
  code: 'CONFIG-ROLLOUT',
  title: 'A change of configuration rolls the pods that read it',
  why: 'The change is applied and does nothing until, much later, some pod restarts with it.',
  severity: 'error',
  reads: 'objects',
  *check(objects) {
    for (const pod of objects.pods) {
      if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(pod.object.kind) || isRolled(pod.object)) continue;
      const names = changing(objects, pod);
      if (names.length === 0) continue;
      yield {
        at: namespaceOf(pod.object),
        path: `${objectPath(pod.object)} spec.template.metadata.annotations`,
        got: `no checksum, while it reads ConfigMap ${names.join(', ')}`,
        allowed: 'an annotation checksum/… that changes with the content, or an immutable ConfigMap',
        fix: 'Put a checksum of the data on the pod template.',
      };
    }
  },
};
