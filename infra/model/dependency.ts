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

/** Pods of a Redis Cluster of ours: three masters, the fewest that can elect another, and a replica of each. */
export const redisClusterNodes = 6;

interface RedisMemory {
  /** Memory for values, at most three quarters of the limit. @default - three quarters of the limit */
  maxmemory?: Memory;
}

/** One Redis of our own. */
export interface OwnRedis extends OwnServer, RedisMemory {
  /** Volume with the append-only file, by which values outlive a restart. @default - nothing is kept */
  storage?: Memory;
}

/**
 * A Redis Cluster beside the API: three masters and a replica of each, with the append-only file. Image, resources, memory
 * and storage are those of each of the six.
 */
export interface RedisCluster extends RedisMemory {
  readonly kind: 'redisCluster';
  /** Image with its tag: Redis 7.0 or later. */
  image: string;
  resources: Resources;
  /** Label `app` of its pods; begins the names of its objects. */
  app: string;
  storage: Memory;
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
  /** Snapshots of the volumes, by a cron expression of SIX fields, seconds first. @default - none */
  backup?: { schedule: string; snapshotClass: string };
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
  spelling: 'DATABASE_URL' | 'DB_*' | 'DATABASE_REPLICA_URL';
  /** Connections of one pod. */
  pool: { min: number; max: number };
  /** `max_connections` of the server. */
  maxConnections: number;
  /** More parameters of a server that we run, as in postgresql.conf. @default - those of PostgreSQL */
  parameters?: Readonly<Record<string, string>>;
}

/** The slot says its purpose: a cache forgets the least used, a queue forgets nothing. */
export interface Redis {
  readonly kind: 'redis';
  location: OwnRedis | RedisCluster | InCluster | External;
  /** Protocol that clients speak: a cluster redirects them to the node of a key. @default - `cluster` at a redisCluster, else `single` */
  mode?: 'single' | 'cluster';
  tls: boolean;
  secret: SecretRef;
  /** `QUEUE_REDIS_URL` in the slot queue, one of the others in the slot cache. */
  spelling: 'REDIS_URL' | 'REDIS_*' | 'QUEUE_REDIS_URL';
}

export interface RabbitMq {
  readonly kind: 'rabbitmq';
  location: InCluster;
  user: string;
  secret: SecretRef;
}

export interface Temporal {
  readonly kind: 'temporal';
  /** Our own is a development server that keeps nothing. */
  location: OwnServer | InCluster;
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

export interface Sentry {
  readonly kind: 'sentry';
  location: External;
  /** The DSN, which holds a key. */
  secret: SecretRef;
}

export type Dependency = Postgres | Redis | RabbitMq | Temporal | S3 | Smtp | Otlp | Sentry;

/** Closed slots: a misspelt slot does not compile. */
export interface Dependencies {
  database?: Postgres;
  /** A replica, for reads. */
  reader?: Postgres;
  cache?: Redis;
  queue?: RabbitMq | Redis;
  workflows?: Temporal;
  storage?: S3;
  mail?: Smtp;
  traces?: Otlp;
  errors?: Sentry;
}

export type Slot = keyof Dependencies;

type Values<D extends Dependency> = Omit<D, 'kind'>;

export const postgres = (values: Values<Postgres>): Postgres => ({ kind: 'postgres', ...values });
export const redis = (values: Values<Redis>): Redis => ({ kind: 'redis', ...values });
export const rabbitmq = (values: Values<RabbitMq>): RabbitMq => ({ kind: 'rabbitmq', ...values });
export const temporal = (values: Values<Temporal>): Temporal => ({ kind: 'temporal', ...values });
export const s3 = (values: Values<S3>): S3 => ({ kind: 's3', ...values });
export const smtp = (values: Values<Smtp>): Smtp => ({ kind: 'smtp', ...values });
export const sentry = (values: Values<Sentry>): Sentry => ({ kind: 'sentry', ...values });
export const otlp = (values: Values<Otlp>): Otlp => ({ kind: 'otlp', ...values });
