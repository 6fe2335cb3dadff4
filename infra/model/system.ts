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

/** What browsers of other origins may ask. The origins are those of the service's own setting. */
export interface Cors {
  methods: readonly ('GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS')[];
  headers: readonly string[];
}

/** What the world is promised, whichever edge keeps it: HTTPS, plain HTTP sent there, and HSTS are never asked for. */
export interface Entrance {
  /** Public host in production; other environments put their prefix before it. */
  host: string;
  /** Largest request body. The service keeps its own limits where an edge has none. */
  body: Memory;
  /** Longest time for one request at the edge, in seconds. */
  timeoutSeconds: number;
  /** Requests per minute of one client at one replica of the edge. @default - only the service's own limit */
  requestsPerMinute?: number;
  /** The edge answers CORS, where it can. @default - the service does */
  cors?: Cors;
}

/** A certificate of AWS Certificate Manager. */
export type CertificateArn = `arn:aws:acm:${string}:${number}:certificate/${string}`;

/** A regional web ACL of AWS WAF. */
export type WebAclArn = `arn:aws:wafv2:${string}:${number}:regional/webacl/${string}/${string}`;

/** The way in from outside: another one is another `kind`, all else stays. */
export type Exposure =
  | { kind: 'none' }
  /** Plain HTTP at a port of every node, only where the environment allows it. */
  | { kind: 'nodePort'; port: number }
  /** ingress-nginx, which is retired since March 2026. */
  | ({ kind: 'nginx' } & Entrance)
  /** Traefik by Ingress. Its time-outs are its entry points', by its own configuration: no Ingress can change them. */
  | ({ kind: 'traefik' } & Entrance)
  /** Gateway API: a Gateway of our own, of the cluster's class. */
  | ({ kind: 'gateway' } & Entrance)
  /** An Application Load Balancer of AWS. */
  | ({
      kind: 'alb';
      /** @default - the certificate of the account that names the host */
      certificate?: CertificateArn;
      /** @default - no web application firewall */
      webAcl?: WebAclArn;
    } & Entrance);

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
  /** Secret of the public certificate. */
  certificate: string;
  networkPolicy: string;
  monitor: string;
  disruptionBudget: string;
  alerts: string;
  migration: string;
}

/** Where the values of secrets come from. `plain` makes them up, and only environments of throw-away clusters take it. */
export type SecretSource =
  | { kind: 'plain' }
  /** Somebody else makes the Secrets of these names; only their existence is taken for granted. */
  | { kind: 'existing' }
  /** Sealed by `kubeseal`, in a file of SealedSecrets below infra/sealed/. */
  | { kind: 'sealed'; file: string }
  | { kind: 'external'; store: { kind: 'SecretStore' | 'ClusterSecretStore'; name: string }; refreshInterval: `${number}h` };

/** A system as one environment has it. */
export interface System {
  /** Names its file in dist/. */
  name: string;
  /** Label `app` of the API's pods, by which they are selected; begins the names of its objects. */
  app: string;
  /** Labels by which the API's pods are selected, where those of the guide are others. @default - `app` alone */
  selector?: Readonly<Record<string, string>>;
  /** Name of the API's container. @default api */
  container?: string;
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
  /** Variable that names the stage. @default NODE_ENV */
  stageSpelling?: 'NODE_ENV' | 'ENVIRONMENT';
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
