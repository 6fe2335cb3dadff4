import { type Container, containersOf, namespaceOf, type Objects, type PodOwner, type Probe } from './objects';
import { objectPath, type Rule } from './rule';

interface Security {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  capabilities?: { drop?: string[]; add?: string[] };
  seccompProfile?: { type: string };
  appArmorProfile?: { type: string };
  procMount?: string;
}

interface Secured {
  securityContext?: Security;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  volumes?: Record<string, unknown>[];
}

/** Volume types of the level `restricted`. */
const volumeTypes = new Set(['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret']);

const ofPod = (spec: Secured): string[] => [
  ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name] === true),
  ...(spec.volumes ?? []).flatMap((volume) =>
    Object.keys(volume)
      .filter((key) => key !== 'name' && !volumeTypes.has(key))
      .map((key) => `volume of type ${key}`),
  ),
];

/** Since Kubernetes 1.34 the levels keep probes from asking elsewhere. */
const hasProbeElsewhere = ({ startupProbe, livenessProbe, readinessProbe }: Container): boolean =>
  [startupProbe, livenessProbe, readinessProbe].some((probe?: Probe) => probe?.httpGet?.host ?? probe?.tcpSocket?.host);

const ofContainer = (container: Container, pod: Security): string[] => {
  const own = (container as { securityContext?: Security }).securityContext ?? {};
  const { runAsNonRoot, runAsUser, seccompProfile, appArmorProfile } = { ...pod, ...own };
  return [
    ...(own.privileged ? ['privileged'] : []),
    ...(own.allowPrivilegeEscalation === false ? [] : ['allowPrivilegeEscalation is not false']),
    ...(own.capabilities?.drop?.includes('ALL') ? [] : ['capabilities are not dropped']),
    ...(own.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE').map((name) => `capability ${name}`),
    ...(runAsNonRoot ? [] : ['runAsNonRoot is not true']),
    ...(runAsUser === 0 ? ['runAsUser is 0'] : []),
    ...(['RuntimeDefault', 'Localhost'].includes(seccompProfile?.type ?? '') ? [] : ['seccompProfile is not RuntimeDefault']),
    ...(appArmorProfile?.type === 'Unconfined' ? ['appArmorProfile is Unconfined'] : []),
    ...(own.procMount && own.procMount !== 'Default' ? [`procMount is ${own.procMount}`] : []),
    ...(container.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [`hostPort ${hostPort}`] : [])),
    ...(hasProbeElsewhere(container) ? ['a probe asks another host'] : []),
  ];
};

const shortcomings = (pod: PodOwner): string[] => {
  const spec = pod.spec as Secured;
  return [
    ...ofPod(spec),
    ...containersOf(pod).flatMap((container) =>
      ofContainer(container, spec.securityContext ?? {}).map((problem) => `${container.name}: ${problem}`),
    ),
  ];
};

/** A namespace that says another level takes other pods; one that says none is held to ours. */
const isRestricted = (objects: Objects, { object }: PodOwner): boolean => {
  const namespace = objects.of('Namespace').find(({ metadata }) => metadata.name === namespaceOf(object));
  return (namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce'] ?? 'restricted') === 'restricted';
};

export const podSecurity: Rule = {
  code: 'PSS-RESTRICTED',
  title: 'Every container meets the pod security level restricted',
  why: 'The namespace refuses the pods, while the Deployment itself is accepted.',
  severity: 'error',
  reads: 'objects',
  *check(objects) {
    for (const pod of objects.pods) {
      if (!isRestricted(objects, pod)) continue;
      const problems = shortcomings(pod);
      if (problems.length === 0) continue;
      yield {
        at: namespaceOf(pod.object),
        path: `${objectPath(pod.object)} securityContext`,
        got: problems.join('; '),
        allowed: 'non-root, no escalation, all capabilities dropped, seccomp RuntimeDefault, no host access',
        fix: 'Set the security contexts as the level asks, in init containers and Jobs as well.',
      };
    }
  },
};
