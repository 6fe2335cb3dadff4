import type { Cpu, Memory } from './units';

/** A password or key in a Kubernetes Secret. No literal fits this type, so none can reach the output. */
export interface SecretRef {
  readonly secret: string;
  readonly key: string;
  /** The workload starts without it. @default false */
  readonly optional?: boolean;
}

export interface Resources {
  cpu: Cpu;
  memory: Memory;
  limits: { memory: Memory; cpu?: Cpu };
}

/** A server of somebody else in this cluster. */
export interface InCluster {
  readonly kind: 'cluster';
  /** Name of its Service: short within our namespace, `name.namespace.svc.cluster.local` elsewhere. */
  host: string;
  /** Labels of its pods, for the network policy. */
  pods: Readonly<Record<string, string>>;
  /** @default - our own namespace */
  namespace?: string;
}

/** A server outside the cluster; a policy lets only its port through, to public addresses or to the given ranges. */
export interface External {
  readonly kind: 'external';
  host: string;
  /** @default - every public address */
  cidrs?: readonly string[];
}

/** One server that we run beside the API, in a StatefulSet. */
export interface OwnServer {
  readonly kind: 'own';
  /** Image with its tag. */
  image: string;
  resources: Resources;
  /** Label `app` of its pods; begins the names of its objects. */
  app: string;
  /** @default - `<app>` for both */
  names?: { workload: string; service: string };
}

/** One that keeps what it is given, on a volume. */
export interface OwnDatabase extends OwnServer {
  storage: Memory;
  /** Name of the PersistentVolumeClaim. @default - `<app>-data` */
  claim?: string;
}

/** A PostgreSQL cluster that the CloudNativePG operator runs for us. */
export interface CloudNativePg {
  readonly kind: 'cloudNativePg';
  name: string;
  /** PostgreSQL with its tag. */
  image: string;
  instances: number;
  resources: Resources;
  storage: Memory;
  /**
   * PgBouncer between the API and the server. `connections` is what each instance opens to the server, `maxClients` what it
   * takes from pods: one instance should hold them all, for when another is away.
   */
  pooler: { instances: number; connections: number; maxClients: number; resources: Resources };
}

export interface Postgres {
  readonly kind: 'postgres';
  location: OwnDatabase | CloudNativePg | InCluster | External;
  database: string;
  /** Role of the API: neither owner of the tables nor able to pass row-level security. */
  user: string;
  /** Role that owns the tables and migrates. */
  owner: string;
  /** Where the API reads its URL, or its password when the spelling is parts. */
  secret: SecretRef;
  tls: 'disable' | 'require' | 'verify-full';
  /** How the API wants it said: one URL, or parts. */
  spelling: 'DATABASE_URL' | 'DB_*';
  /** Connections of one pod. */
  pool: { min: number; max: number };
  /** `max_connections` of the server. */
  maxConnections: number;
}

export interface Redis {
  readonly kind: 'redis';
  location: OwnServer | InCluster | External;
  tls: boolean;
  secret: SecretRef;
  spelling: 'REDIS_URL' | 'REDIS_*';
}

export interface RabbitMq {
  readonly kind: 'rabbitmq';
  location: InCluster;
  user: string;
  secret: SecretRef;
}

export interface Temporal {
  readonly kind: 'temporal';
  location: InCluster;
  /** Namespace within Temporal, not of Kubernetes. */
  namespace: string;
}

export interface S3 {
  readonly kind: 's3';
  location: External;
  bucket: string;
  accessKey: SecretRef;
  secretKey: SecretRef;
}

export interface Smtp {
  readonly kind: 'smtp';
  location: InCluster;
  port: number;
}

export interface Otlp {
  readonly kind: 'otlp';
  location: InCluster;
  protocol: 'grpc' | 'http/protobuf';
}

export type Dependency = Postgres | Redis | RabbitMq | Temporal | S3 | Smtp | Otlp;

/** Closed slots: a misspelt slot does not compile. */
export interface Dependencies {
  database?: Postgres;
  cache?: Redis;
  queue?: RabbitMq;
  workflows?: Temporal;
  storage?: S3;
  mail?: Smtp;
  traces?: Otlp;
}

export type Slot = keyof Dependencies;

type Values<D extends Dependency> = Omit<D, 'kind'>;

export const postgres = (values: Values<Postgres>): Postgres => ({ kind: 'postgres', ...values });
export const redis = (values: Values<Redis>): Redis => ({ kind: 'redis', ...values });
export const rabbitmq = (values: Values<RabbitMq>): RabbitMq => ({ kind: 'rabbitmq', ...values });
export const temporal = (values: Values<Temporal>): Temporal => ({ kind: 'temporal', ...values });
export const s3 = (values: Values<S3>): S3 => ({ kind: 's3', ...values });
export const smtp = (values: Values<Smtp>): Smtp => ({ kind: 'smtp', ...values });
export const otlp = (values: Values<Otlp>): Otlp => ({ kind: 'otlp', ...values });
