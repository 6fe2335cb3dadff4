import { type KubernetesObject, Objects } from '../../../infra/rules/objects';
import type { Rule } from '../../../infra/rules/rule';

/** Any object, in few words: of namespace `shop` unless its metadata say otherwise. */
export const object = (kind: string, name: string, fields: Record<string, unknown> = {}, apiVersion = 'v1'): KubernetesObject => {
  const { metadata, ...others } = fields;
  return { apiVersion, kind, metadata: { name, namespace: 'shop', ...(metadata as object) }, ...others };
};

export const policy = (name: string, spec: Record<string, unknown>): KubernetesObject =>
  object('NetworkPolicy', name, { spec }, 'networking.k8s.io/v1');

interface Pod {
  /** Fields of the one container. */
  container?: Record<string, unknown>;
  /** Fields of the pod beside it. */
  pod?: Record<string, unknown>;
  labels?: Record<string, string>;
  /** Of the pod template. */
  annotations?: Record<string, string>;
  /** Fields of the workload beside the template. */
  spec?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
}

/** What makes pods of one container `web`, with the label `app: web`. */
export const workload = (kind: string, name: string, { container, pod, labels, annotations, spec, metadata }: Pod = {}): KubernetesObject =>
  object(
    kind,
    name,
    {
      metadata,
      spec: {
        ...spec,
        template: {
          metadata: { labels: labels ?? { app: 'web' }, annotations },
          spec: { ...pod, containers: [{ name: 'web', image: 'web:1', ...container }] },
        },
      },
    },
    'apps/v1',
  );

export const deployment = (name: string, pod: Pod = {}): KubernetesObject => workload('Deployment', name, pod);

/** What a rule that reads objects alone says of these. */
export const findingsIn = (rule: Rule, ...objects: KubernetesObject[]) => {
  if (rule.reads !== 'objects') throw new Error(`${rule.code} reads more than objects`);
  return [...rule.check(new Objects(objects))];
};
