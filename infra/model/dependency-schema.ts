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

const ownServer = object(ownShape);

const ownDatabase = object({ ...ownShape, storage: memory, claim: name.optional() });

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
});

const postgres = object({
  kind: z.literal('postgres'),
  location: oneKindOf(['own', 'cloudNativePg', 'cluster', 'external'], [ownDatabase, cloudNativePg, inCluster, external]),
  database: role,
  user: role,
  owner: role,
  secret: secretRef,
  tls: z.enum(['disable', 'require', 'verify-full']),
  spelling: z.enum(['DATABASE_URL', 'DB_*']),
  pool: object({ min: z.int().min(0), max: count }),
  maxConnections: z.int().min(10).max(10_000),
})
  .refine(({ pool }) => pool.min <= pool.max, { path: ['pool', 'min'], error: 'at most pool.max' })
  .refine(({ user, owner }) => user !== owner, {
    path: ['owner'],
    error: 'another role than user: who owns the tables passes row-level security',
  });

const redis = object({
  kind: z.literal('redis'),
  location: oneKindOf(['own', 'cluster', 'external'], [ownServer, inCluster, external]),
  tls: z.boolean(),
  secret: secretRef,
  spelling: z.enum(['REDIS_URL', 'REDIS_*']),
});

export const dependencies: z.ZodType<Dependencies> = object({
  database: postgres.optional(),
  cache: redis.optional(),
  queue: object({ kind: z.literal('rabbitmq'), location: inCluster, user: role, secret: secretRef }).optional(),
  workflows: object({ kind: z.literal('temporal'), location: inCluster, namespace: name }).optional(),
  storage: object({
    kind: z.literal('s3'),
    location: external,
    bucket: name,
    accessKey: secretRef,
    secretKey: secretRef,
  }).optional(),
  mail: object({ kind: z.literal('smtp'), location: inCluster, port }).optional(),
  traces: object({ kind: z.literal('otlp'), location: inCluster, protocol: z.enum(['grpc', 'http/protobuf']) }).optional(),
});
