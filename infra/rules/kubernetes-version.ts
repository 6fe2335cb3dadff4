import { isCustom } from './operators';
import { objectPath, placeOfObject, type Rule, systemOf } from './rule';

/** Fields by the minor version of Kubernetes 1 in which they are on by default, by their KEPs. Arrays are passed through. */
const since: readonly { path: string; minor: number }[] = [
  { path: 'lifecycle.preStop.sleep', minor: 30 },
  { path: 'lifecycle.stopSignal', minor: 36 },
  { path: 'hostUsers', minor: 33 },
  { path: 'securityContext.appArmorProfile', minor: 30 },
  { path: 'securityContext.supplementalGroupsPolicy', minor: 33 },
  { path: 'topologySpreadConstraints.matchLabelKeys', minor: 27 },
  { path: 'affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.podAffinityTerm.matchLabelKeys', minor: 31 },
  { path: 'spec.unhealthyPodEvictionPolicy', minor: 27 },
  { path: 'spec.trafficDistribution', minor: 31 },
  { path: 'spec.persistentVolumeClaimRetentionPolicy', minor: 27 },
  { path: 'spec.behavior.scaleDown.tolerance', minor: 35 },
  { path: 'spec.behavior.scaleUp.tolerance', minor: 35 },
];

/** API versions that are no longer served, by the minor version that removed them. */
const removed: Readonly<Record<string, number>> = {
  'apps/v1beta1': 16,
  'apps/v1beta2': 16,
  'autoscaling/v2beta1': 25,
  'autoscaling/v2beta2': 26,
  'batch/v1beta1': 25,
  'discovery.k8s.io/v1beta1': 25,
  'events.k8s.io/v1beta1': 25,
  'extensions/v1beta1': 22,
  'flowcontrol.apiserver.k8s.io/v1beta3': 32,
  'networking.k8s.io/v1beta1': 22,
  'node.k8s.io/v1beta1': 25,
  'policy/v1beta1': 25,
  'rbac.authorization.k8s.io/v1beta1': 22,
};

/** Every dotted path of fields in an object, the steps through arrays left out. */
const pathsOf = (node: unknown, prefix: string, found: Set<string>): Set<string> => {
  if (Array.isArray(node)) for (const item of node) pathsOf(item, prefix, found);
  else if (typeof node === 'object' && node !== null) {
    for (const [name, child] of Object.entries(node)) {
      const path = prefix ? `${prefix}.${name}` : name;
      found.add(path);
      pathsOf(child, path, found);
    }
  }
  return found;
};

export const kubernetesVersion: Rule = {
  code: 'K8S-VERSION',
  title: 'No field and no API is newer or older than the cluster',
  why: 'An unknown field is dropped silently, a removed API refuses the file.',
  severity: 'error',
  reads: 'world',
  *check(world) {
    for (const object of world.objects.all) {
      const system = systemOf(world, object);
      // A custom resource has fields of its own, which may be named alike.
      if (!system || isCustom(object)) continue;
      const { kubernetes } = system.cluster;
      const minor = Number(kubernetes.split('.')[1]);
      const at = placeOfObject(world, object);
      const gone = removed[object.apiVersion];
      if (gone !== undefined && gone <= minor) {
        yield {
          at,
          path: objectPath(object),
          got: object.apiVersion,
          allowed: `an API that Kubernetes ${kubernetes} serves; this one ended with 1.${gone}`,
          fix: 'Use the stable version of the API.',
        };
      }
      const paths = [...pathsOf(object, '', new Set())];
      for (const { path, minor: needs } of since) {
        if (needs <= minor || !paths.some((found) => found === path || found.endsWith(`.${path}`))) continue;
        yield {
          at,
          path: `${objectPath(object)} ${path}`,
          got: `a field of Kubernetes 1.${needs}`,
          allowed: `fields of ${kubernetes}, the version of cluster ${system.environment.cluster}`,
          fix: 'Leave the field out, or raise the version in infra/clusters.ts once the cluster has it.',
        };
      }
    }
  },
};
