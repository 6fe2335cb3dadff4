import { createHash } from 'node:crypto';
import { type Deployable, selectorOf } from '../model/deployable';

/** Labels that Kubernetes recommends: for people and dashboards, never selected. */
export const recommendedLabels = ({ system }: Deployable, component: string): Record<string, string> => ({
  'app.kubernetes.io/name': component === 'api' ? system.app : component,
  'app.kubernetes.io/part-of': system.name,
  'app.kubernetes.io/component': component,
  'app.kubernetes.io/managed-by': 'counterpart',
});

/** Only on what runs the image: a release then changes no other object. */
export const versionLabel = ({ release }: Deployable): Record<string, string> => ({ 'app.kubernetes.io/version': release.tag });

/** Name, namespace and labels of an object; `selected` labels are those that a selector looks for. */
export const metadata = (
  deployable: Deployable,
  name: string,
  component = 'api',
  selected: Readonly<Record<string, string>> = selectorOf(deployable.system),
) => ({
  name,
  namespace: deployable.namespace,
  labels: { ...recommendedLabels(deployable, component), ...selected },
});

/**
 * Argo CD applies waves in order, each when the one before is healthy: what everything needs and the servers, then the
 * migration, then the API, then what stands around it: an autoscaler without its target, or an Ingress without an address,
 * would hold up everything after it.
 */
export const wave = { migration: 1, api: 2, around: 3 } as const;

export const inWave = (number: number): Record<string, string> => ({ 'argocd.argoproj.io/sync-wave': String(number) });

/** Never removed by Argo CD, neither with its file nor with its Application: there are data behind it. */
export const keepAlways: Record<string, string> = { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' };

/** Short, and another for every other content: on a pod template, it rolls the pods. */
export const checksum = (content: string): string => createHash('sha256').update(content).digest('hex').slice(0, 16);
