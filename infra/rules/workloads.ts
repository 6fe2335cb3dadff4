import { type KubernetesObject, namespaceOf, type Objects, type PodOwner } from './objects';

interface AutoscalerSpec {
  scaleTargetRef: { kind: string; name: string };
  minReplicas?: number;
  maxReplicas: number;
}

/** The autoscaler of a workload, if it has one. */
const autoscalerOf = (objects: Objects, workload: KubernetesObject): AutoscalerSpec | undefined =>
  objects
    .within(namespaceOf(workload), 'HorizontalPodAutoscaler')
    .map((autoscaler) => autoscaler.spec as AutoscalerSpec)
    .find(({ scaleTargetRef }) => scaleTargetRef.kind === workload.kind && scaleTargetRef.name === workload.metadata.name);

interface Counts {
  replicas?: number;
  parallelism?: number;
  jobTemplate?: { spec?: { parallelism?: number } };
}

/** How many pods a workload has, at least and at most, a rollout's surge apart. */
export const replicasOf = (objects: Objects, { object }: PodOwner): { least: number; most: number } => {
  const autoscaler = autoscalerOf(objects, object);
  if (autoscaler) return { least: autoscaler.minReplicas ?? 1, most: autoscaler.maxReplicas };
  const { replicas, parallelism, jobTemplate } = object.spec as Counts;
  const pods = replicas ?? parallelism ?? jobTemplate?.spec?.parallelism ?? 1;
  return { least: pods, most: pods };
};

/** Pods beyond the replicas while a Deployment rolls. */
export const surgeOf = ({ object }: PodOwner, replicas: number): number => {
  if (object.kind !== 'Deployment') return 0;
  const { strategy } = object.spec as { strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string } } };
  if (strategy?.type === 'Recreate') return 0;
  const surge = strategy?.rollingUpdate?.maxSurge ?? '25%';
  return typeof surge === 'number' ? surge : Math.ceil((Number.parseInt(surge, 10) / 100) * replicas);
};
