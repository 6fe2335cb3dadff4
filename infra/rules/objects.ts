export { matches } from './selectors';

/** Any object of Kubernetes, as it stands in the output. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: unknown;
}

/** An environment variable of a container. */
export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: {
    secretKeyRef?: { name: string; key: string; optional?: boolean };
    configMapKeyRef?: { name: string; key: string; optional?: boolean };
  };
}

export interface Probe {
  httpGet?: { path: string; port: number | string; host?: string };
  tcpSocket?: { port: number | string; host?: string };
  periodSeconds?: number;
  failureThreshold?: number;
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  ports?: { name?: string; containerPort: number; hostPort?: number; protocol?: string }[];
  /** `Always` makes an init container a sidecar. */
  restartPolicy?: string;
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
}

/** A pod, or what makes pods, with the labels that those pods get. */
export interface PodOwner {
  object: KubernetesObject;
  labels: Record<string, string>;
  spec: PodSpec;
}

interface PodTemplate {
  metadata?: { labels?: Record<string, string> };
  spec: PodSpec;
}

const templateOf = (object: KubernetesObject): PodTemplate | undefined => {
  const spec = object.spec as { template?: PodTemplate; jobTemplate?: { spec: { template: PodTemplate } } } | undefined;
  switch (object.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return spec?.template;
    case 'CronJob':
      return spec?.jobTemplate?.spec.template;
    case 'Pod':
      return { metadata: object.metadata, spec: object.spec as PodSpec };
    default:
      return undefined;
  }
};

/** The namespace of an object; where it names none, the one that kubectl takes. */
export const namespaceOf = ({ metadata }: KubernetesObject): string => metadata.namespace ?? 'default';

/** The finished objects of one environment, indexed once. */
export class Objects {
  private readonly byKind = new Map<string, KubernetesObject[]>();
  private readonly byName = new Map<string, KubernetesObject>();
  readonly pods: readonly PodOwner[];

  constructor(readonly all: readonly KubernetesObject[]) {
    for (const object of all) {
      const ofKind = this.byKind.get(object.kind);
      if (ofKind) ofKind.push(object);
      else this.byKind.set(object.kind, [object]);
      this.byName.set(`${object.kind}/${namespaceOf(object)}/${object.metadata.name}`, object);
    }
    this.pods = all.flatMap((object) => {
      const template = templateOf(object);
      return template?.spec?.containers ? [{ object, labels: template.metadata?.labels ?? {}, spec: template.spec }] : [];
    });
  }

  of(kind: string): readonly KubernetesObject[] {
    return this.byKind.get(kind) ?? [];
  }

  find(kind: string, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.byName.get(`${kind}/${namespace ?? 'default'}/${name}`);
  }

  /** Objects of a kind in one namespace. */
  within(namespace: string, kind: string): KubernetesObject[] {
    return this.of(kind).filter((object) => namespaceOf(object) === namespace);
  }

  /** What makes pods in one namespace. */
  podsWithin(namespace: string): PodOwner[] {
    return this.pods.filter(({ object }) => namespaceOf(object) === namespace);
  }
}

export const containersOf = ({ spec }: PodOwner): Container[] => [...(spec.initContainers ?? []), ...spec.containers];

export const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/** Containers that run as long as the pod: init containers are gone by then, unless they are sidecars. */
export const runningContainersOf = ({ spec }: PodOwner): Container[] => [
  ...(spec.initContainers ?? []).filter(isSidecar),
  ...spec.containers,
];
