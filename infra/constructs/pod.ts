import { k8s } from 'cdk8s-plus-28';
import type { Resources } from '../model/dependency';
import type { Memory } from '../model/units';
import type { EnvironmentVariable } from '../model/variables';

/** Pod security of level `restricted`, as the user of our image. */
export const podSecurity = (user: number): k8s.PodSecurityContext => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
});

export const containerSecurity: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** The user of service/Dockerfile. */
export const apiUser = 1001;

export const resourceRequirements = ({ cpu, memory, limits }: Resources): k8s.ResourceRequirements => ({
  requests: { cpu: k8s.Quantity.fromString(cpu), memory: k8s.Quantity.fromString(memory) },
  limits: { ...(limits.cpu && { cpu: k8s.Quantity.fromString(limits.cpu) }), memory: k8s.Quantity.fromString(limits.memory) },
});

/** Variables as they stand in a container; with `configMap`, the plain ones are referenced by key. */
export const containerEnvironment = (variables: readonly EnvironmentVariable[], configMap?: string): k8s.EnvVar[] =>
  variables.map((variable) => {
    const { name } = variable;
    if ('secret' in variable) {
      const { secret, key, optional } = variable.secret;
      return { name, valueFrom: { secretKeyRef: { name: secret, key, ...(optional && { optional }) } } };
    }
    return configMap ? { name, valueFrom: { configMapKeyRef: { name: configMap, key: name } } } : { name, value: variable.text };
  });

/** Writable folders, each an emptyDir of its own with a limit. */
export const writableFolders = (folders: Readonly<Record<string, Memory>>): { volumes: k8s.Volume[]; mounts: k8s.VolumeMount[] } => {
  const named = Object.entries(folders).map(([path, size]) => ({ path, size, name: path.slice(1).replaceAll(/[^a-z0-9]+/g, '-') }));
  return {
    volumes: named.map(({ name, size }) => ({ name, emptyDir: { sizeLimit: k8s.Quantity.fromString(size) } })),
    mounts: named.map(({ name, path }) => ({ name, mountPath: path })),
  };
};
