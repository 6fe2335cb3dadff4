import { z } from 'zod';
import type { Dependencies, Resources } from './dependency';
import { count, host, labels, name, object, oneKindOf, port, secretRef } from './schema-tools';
import { cpu, mebibytes, memory, milliCpu } from './units';

export const resources: z.ZodType<Resources> = object({
  cpu,
  memory,
  limits: object({ memory, cpu: cpu.optional() }),
})
  .refine((value) => mebibytes(value.memory) <= mebibytes(value.limits.memory), {
    path: ['limits', 'memory'],
    error: 'at least the requested memory',
  })
  .refine((value) => !value.limits.cpu || milliCpu(value.cpu) <= milliCpu(value.limits.cpu), {
    path: ['limits', 'cpu'],
    error: 'at least the requested processor time',
  });

/** A registry path with a tag: an image that moves is never pinned by accident. */
const image = z.string().regex(/^[a-z0-9./_-]+:(?!latest$)[\w.-]+(@sha256:[0-9a-f]{64})?$/, 'an image with a tag other than latest');

const role = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'a role or database name of PostgreSQL');

const ownShape = {
  kind: z.literal('own'),
  image,
  resources,
  app: name,
  names: object({ workload: name, service: name }).optional(),
};

const ownDatabase = object({ ...ownShape, storage: memory, claim: name.optional() });

const ownRedis = object({ ...ownShape, maxmemory: memory.optional(), storage: memory.optional() });

const redisCluster = object({
  kind: z.literal('redisCluster'),
  image,
  resources,
  app: name,
  maxmemory: memory.optional(),
  storage: memory,
});

const inCluster = object({ kind: z.literal('cluster'), host, pods: labels, namespace: name.optional() });

const external = object({
  kind: z.literal('external'),
  host,
  cidrs: z.array(z.union([z.cidrv4(), z.cidrv6()])).optional(),
});

const cloudNativePg = object({
  kind: z.literal('cloudNativePg'),
  name,
  image,
  instances: count,
  resources,
  storage: memory,
  pooler: object({ instances: count, connections: count, maxClients: z.int().min(1).max(10_000), resources }),
  backup: object({
    schedule: z.string().regex(/^(\S+ ){5}\S+$/, 'a cron expression of six fields, seconds first'),
    snapshotClass: name,
  }).optional(),
});

const postgres = object({
  kind: z.literal('postgres'),
  location: oneKindOf(['own', 'cloudNativePg', 'cluster', 'external'], [ownDatabase, cloudNativePg, inCluster, external]),
  database: role,
  user: role,
  owner: role,
  secret: secretRef,
  tls: z.enum(['disable', 'require', 'verify-full']),
  spelling: z.enum(['DATABASE_URL', 'DB_*', 'DATABASE_REPLICA_URL']),
  pool: object({ min: z.int().min(0), max: count }),
  maxConnections: z.int().min(10).max(10_000),
  parameters: z
    .record(z.string().regex(/^(?!max_connections$)[a-z_.]+$/, 'a parameter of PostgreSQL other than max_connections'), z.string().min(1))
    .optional(),
})
  .refine(({ pool }) => pool.min <= pool.max, { path: ['pool', 'min'], error: 'at most pool.max' })
  .refine(({ user, owner }) => user !== owner, {
    path: ['owner'],
    error: 'another role than user: who owns the tables passes row-level security',
  })
  .refine(({ location, parameters }) => !parameters || location.kind === 'own' || location.kind === 'cloudNativePg', {
    path: ['parameters'],
    error: 'nothing: only a server that we run takes them',
  });

const primary = postgres.refine(({ spelling }) => spelling !== 'DATABASE_REPLICA_URL', {
  path: ['spelling'],
  error: 'DATABASE_URL or DB_* in the slot database',
});

const replica = postgres
  .refine(({ spelling }) => spelling === 'DATABASE_REPLICA_URL', {
    path: ['spelling'],
    error: 'DATABASE_REPLICA_URL in the slot reader',
  })
  .refine(({ location }) => location.kind !== 'own', {
    path: ['location', 'kind'],
    error: 'cloudNativePg, cluster or external: one server of our own has no replica',
  });

const redis = object({
  kind: z.literal('redis'),
  location: oneKindOf(['own', 'redisCluster', 'cluster', 'external'], [ownRedis, redisCluster, inCluster, external]),
  mode: z.enum(['single', 'cluster']).optional(),
  tls: z.boolean(),
  secret: secretRef,
  spelling: z.enum(['REDIS_URL', 'REDIS_*', 'QUEUE_REDIS_URL']),
})
  .refine(({ location, mode }) => location.kind !== 'own' || mode !== 'cluster', {
    path: ['mode'],
    error: 'single at one server of our own',
  })
  .refine(({ location, mode }) => location.kind !== 'redisCluster' || mode !== 'single', {
    path: ['mode'],
    error: 'cluster at a redisCluster',
  });

const cache = redis.refine(({ spelling }) => spelling !== 'QUEUE_REDIS_URL', {
  path: ['spelling'],
  error: 'REDIS_URL or REDIS_* in the slot cache',
});

const redisQueue = redis
  .refine(({ spelling }) => spelling === 'QUEUE_REDIS_URL', { path: ['spelling'], error: 'QUEUE_REDIS_URL in the slot queue' })
  .refine(({ location, mode }) => location.kind !== 'redisCluster' && mode !== 'cluster', {
    path: ['location'],
    error: 'a single server: commands of a queue touch several keys, which a cluster keeps apart',
  })
  .refine(({ location }) => location.kind !== 'own' || location.storage, {
    path: ['location', 'storage'],
    error: 'a volume: a queue keeps its jobs over a restart',
  });

const rabbitmq = object({ kind: z.literal('rabbitmq'), location: inCluster, user: role, secret: secretRef });

/** Poolers before replicas belong to the cluster of the database, which has to have some. */
const hasReplicas = ({ database, reader }: Dependencies): boolean =>
  reader?.location.kind !== 'cloudNativePg' ||
  (database?.location.kind === 'cloudNativePg' && database.location.name === reader.location.name && database.location.instances > 1);

export const dependencies: z.ZodType<Dependencies> = object({
  database: primary.optional(),
  reader: replica.optional(),
  cache: cache.optional(),
  queue: oneKindOf(['rabbitmq', 'redis'], [rabbitmq, redisQueue]).optional(),
  workflows: object({
    kind: z.literal('temporal'),
    location: oneKindOf(['own', 'cluster'], [object(ownShape), inCluster]),
    namespace: name,
  }).optional(),
  storage: object({
    kind: z.literal('s3'),
    location: external,
    bucket: name,
    accessKey: secretRef,
    secretKey: secretRef,
  }).optional(),
  mail: object({ kind: z.literal('smtp'), location: inCluster, port }).optional(),
  errors: object({ kind: z.literal('sentry'), location: external, secret: secretRef }).optional(),
  traces: object({ kind: z.literal('otlp'), location: inCluster, protocol: z.enum(['grpc', 'http/protobuf']) }).optional(),
}).refine(hasReplicas, { path: ['reader', 'location'], error: 'the cluster of the slot database, with 2 instances or more' });
