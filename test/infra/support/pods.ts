import type { Container, EnvVar, Objects, PodOwner } from '../../../infra/rules/objects';
import { idOf } from './synthesized';

export interface Volume {
  name: string;
  emptyDir?: { sizeLimit?: string };
  configMap?: { name: string };
  persistentVolumeClaim?: { claimName: string };
}

/** A container with all that a test looks at. */
export interface FullContainer extends Container {
  args?: string[];
  imagePullPolicy?: string;
  securityContext?: Record<string, unknown>;
  resources?: { requests: Record<string, string>; limits: Record<string, string> };
  lifecycle?: unknown;
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}

export interface FullPodSpec {
  containers: FullContainer[];
  initContainers?: FullContainer[];
  securityContext?: Record<string, unknown>;
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  volumes?: Volume[];
  [field: string]: unknown;
}

export const specOf = ({ spec }: PodOwner): FullPodSpec => spec as FullPodSpec;

/** What makes pods, by `Deployment/api`. @throws Error naming those that there are */
export const ownerOf = (objects: Objects, id: string): PodOwner => {
  const owner = objects.pods.find(({ object }) => idOf(object) === id);
  if (owner) return owner;
  throw new Error(`nothing makes pods under ${id}; there are ${objects.pods.map(({ object }) => idOf(object)).join(', ')}`);
};

/** The one container of a workload. */
export const containerOf = (objects: Objects, id: string): FullContainer => {
  const { containers } = specOf(ownerOf(objects, id));
  if (containers.length !== 1) throw new Error(`${id} has ${containers.length} containers`);
  return containers[0] as FullContainer;
};

const source = ({ value, valueFrom }: EnvVar): string => {
  if (valueFrom?.secretKeyRef) {
    const { name, key, optional } = valueFrom.secretKeyRef;
    return `secret ${name}/${key}${optional ? ' (optional)' : ''}`;
  }
  if (valueFrom?.configMapKeyRef) return `config ${valueFrom.configMapKeyRef.name}/${valueFrom.configMapKeyRef.key}`;
  return value ?? '';
};

/** Variables by name: the text, or `secret <name>/<key>`, or `config <name>/<key>`. */
export const variablesOf = ({ env = [] }: FullContainer): Record<string, string> =>
  Object.fromEntries(env.map((variable) => [variable.name, source(variable)]));
