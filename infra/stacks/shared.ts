import type { CloudNativePg, InCluster, OwnDatabase, OwnRedis, Resources, SecretRef } from '../model/dependency';
import type { Migration, Probe, ScalingRules, SecretSource } from '../model/system';
import type { Memory } from '../model/units';

/** Where staging and production find their passwords. */
export const platformStore: SecretSource = {
  kind: 'external',
  store: { kind: 'ClusterSecretStore', name: 'platform' },
  refreshInterval: '1h',
};

/** A probe in one line: delay, period and time-out in seconds, and how often it may fail. */
export const probe = (initialDelaySeconds: number, periodSeconds: number, timeoutSeconds: number, failureThreshold: number): Probe => ({
  initialDelaySeconds,
  periodSeconds,
  timeoutSeconds,
  failureThreshold,
});

/** A long list of words, as one text. */
export const words = (text: string): string[] => text.split(/\s+/);

const small = (request: Memory, limit: Memory): Resources => ({ cpu: '100m', memory: request, limits: { memory: limit } });

/** PostgreSQL beside an API in development. */
export const ownPostgres = (app: string, storage: Memory): OwnDatabase => ({
  kind: 'own',
  app,
  image: 'postgres:15.14',
  storage,
  resources: small('256Mi', '512Mi'),
});

/** One Redis beside an API, for a cache. */
export const ownRedis = (app: string): OwnRedis => ({ kind: 'own', app, image: 'redis:7.4.6', resources: small('128Mi', '256Mi') });

/** PostgreSQL that the CloudNativePG operator runs. */
export const cluster = (values: Omit<CloudNativePg, 'kind' | 'image'>): CloudNativePg => ({
  kind: 'cloudNativePg',
  image: 'ghcr.io/cloudnative-pg/postgresql:17.6',
  ...values,
});

/** Parameters of PostgreSQL with 4 cores and 8 GiB. */
export const tunedFor8Gi = {
  shared_buffers: '2GB',
  effective_cache_size: '6GB',
  maintenance_work_mem: '512MB',
  checkpoint_completion_target: '0.9',
  wal_buffers: '16MB',
  default_statistics_target: '100',
};

/** Two PgBouncers: what each opens to the server, and what each takes from pods. */
export const pooler = (connections: number, maxClients: number): CloudNativePg['pooler'] => ({
  instances: 2,
  connections,
  maxClients,
  resources: small('128Mi', '128Mi'),
});

/** Memory that is all asked for at once, as a database should. */
export const fixedMemory = (cpu: Resources['cpu'], memory: Memory): Resources => ({ cpu, memory, limits: { memory } });

export const optional = (ref: SecretRef): SecretRef => ({ ...ref, optional: true });

/** The Job that applies migrations, with the owner's credentials. */
export const migration = (secret: string, key: string): Migration => ({
  uses: ['database'],
  secret: { secret, key },
  resources: small('128Mi', '256Mi'),
});

type Policy = ScalingRules['policies'][number];

export const percent = (value: number, periodSeconds: number): Policy => ({ type: 'Percent', value, periodSeconds });
export const pods = (value: number, periodSeconds: number): Policy => ({ type: 'Pods', value, periodSeconds });

/** A server of somebody else in our own namespace, under one name. */
export const neighbour = (host: string): InCluster => ({ kind: 'cluster', host, pods: { app: host } });
