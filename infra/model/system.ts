import type { Dependencies, Resources, SecretRef, Slot } from './dependency';
import type { Feature, FileConfiguration, LivenessPath, PlainEnvironment, ReadinessPath, SecretSpelling } from './service';
import type { Memory, Path } from './units';

/** How much of the API runs. Percentages are of the requested resources. */
export type Scale =
  | { kind: 'fixed'; replicas: number }
  | {
      kind: 'range';
      min: number;
      max: number;
      cpu?: number;
      memory?: number;
      /** Requests per second of one pod. */
      requestsPerSecond?: number;
      /** @default - the defaults of Kubernetes */
      behavior?: { up: ScalingRules; down: ScalingRules };
    };

export interface ScalingRules {
  stabilizationSeconds: number;
  select: 'Max' | 'Min';
  policies: readonly { type: 'Percent' | 'Pods'; value: number; periodSeconds: number }[];
}

/** The way in from outside. The edge may own CORS; else the service does. */
export type Exposure =
  | { kind: 'none' }
  | {
      kind: 'nginx';
      /** Public host in production; other environments put their prefix before it. */
      host: string;
      tlsSecret: string;
      /** Largest request body. */
      body: Memory;
      timeoutSeconds: number;
      /** Requests per minute of one client at one controller replica. */
      requestsPerMinute?: number;
      cors?: { origins: readonly string[]; methods: readonly string[]; headers: readonly string[] };
    };

export interface Probe {
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
}

/** Anything of ours that runs: it gets image, environment, identity and network edges from what it says here. */
export interface Workload {
  uses: readonly Slot[];
  resources: Resources;
}

export interface Api extends Workload {
  ports: { http: number; metrics: number };
  /** `port` is the Service's; `affinitySeconds` keeps a client at one pod. */
  service: { port: number; affinitySeconds?: number };
  health: { live: LivenessPath; ready: ReadinessPath };
  probes: { liveness: Probe; readiness: Probe; startup: Probe };
  scale: Scale;
  /** Pods that stay during a voluntary disruption. @default - one at a time may go */
  minAvailable?: number;
  exposure: Exposure;
  /** Pods of our namespace that may call, by their labels. */
  callers: readonly Readonly<Record<string, string>>[];
  /** Writable folders, all else being read-only, with the most that each may hold. */
  writable: Readonly<Record<Path, Memory>>;
  /** Scraped, and watched by alerts, where the cluster has the Prometheus operator. */
  monitored: boolean;
}

/** Applies migrations as the owner role, in a Job, before the API of the same version is ready. */
export interface Migration extends Workload {
  /** Where the owner's credentials lie. */
  secret: SecretRef;
}

/** Object names that a system wants otherwise. @default - `<app>`, or `<app>-` with what it is */
export interface Names {
  deployment: string;
  service: string;
  serviceAccount: string;
  configuration: string;
  autoscaler: string;
  ingress: string;
  networkPolicy: string;
  monitor: string;
  disruptionBudget: string;
  alerts: string;
  migration: string;
}

/** Where the values of secrets come from. `plain` makes them up, and only environments of throw-away clusters take it. */
export type SecretSource =
  | { kind: 'plain' }
  | { kind: 'external'; store: { kind: 'SecretStore' | 'ClusterSecretStore'; name: string }; refreshInterval: `${number}h` };

/** A system as one environment has it. */
export interface System {
  /** Names its file in dist/. */
  name: string;
  /** Label `app` of the API's pods, by which they are selected; begins the names of its objects. */
  app: string;
  /** More labels of the API's pods, never selected. */
  labels: Readonly<Record<string, string>>;
  names: Partial<Names>;
  /** Policies, quotas and pod-security labels are ours to set only in a namespace that we own. */
  namespace: {
    name: string;
    owned: boolean;
    /** What others run in it, in all: the quota leaves room for them. @default - nothing */
    neighbours?: { pods: number; resources: Resources };
  };
  image: { repository: string; pullSecret?: string };
  features: readonly Feature[];
  config: PlainEnvironment;
  /** Where variables stand: in the pod, or in the ConfigMap and referenced by key. */
  configuration: 'pod' | 'configMap';
  /** The mounted configuration file. @default - none */
  file?: FileConfiguration;
  secrets: { [S in SecretSpelling]?: SecretRef };
  secretSource: SecretSource;
  dependencies: Dependencies;
  /** Third parties called over HTTPS, by host. */
  thirdParties: readonly string[];
  workloads: { api: Api; migration: Migration };
}
