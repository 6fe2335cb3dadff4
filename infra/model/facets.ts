import { type Composition, escapedPassword, password } from './composition';
import type { Dependency, External, InCluster, OwnServer, Postgres, Redis, RedisCluster, SecretRef, Slot } from './dependency';
import type { DerivedEnvironment, DerivedSpelling } from './service';

/** Who may be reached: pods, or addresses outside the cluster. */
export type Peer =
  | { kind: 'pods'; labels: Readonly<Record<string, string>>; namespace?: string }
  | { kind: 'addresses'; cidrs?: readonly string[] };

export interface Edge {
  to: Peer;
  /** Port of the pod, not of its Service: policies see packets after translation. */
  port: number;
}

/** A variable that a dependency yields: a value to encode, or a place in a Secret with what belongs there. */
export type Variable =
  | { [S in DerivedSpelling]: { name: S; value: NonNullable<DerivedEnvironment[S]> } }[DerivedSpelling]
  | { name: DerivedSpelling; secret: SecretRef; composition: Composition };

/** All that follows from having a dependency: said once in the stack, used by every construct and rule. */
export interface Facets {
  variables: readonly Variable[];
  egress: readonly Edge[];
}

/** Where the servers listen, by their own documentation. */
export const ports = {
  postgres: 5432,
  redis: 6379,
  redisBus: 16379,
  rabbitmq: 5672,
  temporal: 7233,
  otlpGrpc: 4317,
  otlpHttp: 4318,
} as const;

/** `application` serves requests; `owner` migrates, past any pooler. */
export type Role = 'application' | 'owner';

/** Property of the password in the secret store. */
export const passwordName = (slot: Slot, role: Role = 'application'): string =>
  role === 'owner' ? `${slot}-owner-password` : `${slot}-password`;

export const ownServerNames = ({ app, names }: OwnServer) => names ?? { workload: app, service: app };

const serverPeer = (location: OwnServer | RedisCluster | InCluster | External): Peer => {
  if (location.kind === 'own' || location.kind === 'redisCluster') return { kind: 'pods', labels: { app: location.app } };
  if (location.kind === 'cluster')
    return { kind: 'pods', labels: location.pods, ...(location.namespace && { namespace: location.namespace }) };
  return { kind: 'addresses', ...(location.cidrs && { cidrs: location.cidrs }) };
};

const hostOf = (location: OwnServer | RedisCluster | InCluster | External): string => {
  if (location.kind === 'redisCluster') return location.app;
  return location.kind === 'own' ? ownServerNames(location).service : location.host;
};

/** PgBouncer before the primary, or before the replicas for the slot `reader`. */
export const poolerName = (cluster: string, slot: Slot = 'database'): string => `${cluster}-pooler${slot === 'reader' ? '-ro' : ''}`;

const postgresEndpoint = ({ location }: Postgres, slot: Slot, role: Role): { host: string; peer: Peer } => {
  if (location.kind !== 'cloudNativePg') return { host: hostOf(location), peer: serverPeer(location) };
  return role === 'owner'
    ? { host: `${location.name}-rw`, peer: { kind: 'pods', labels: { 'cnpg.io/cluster': location.name } } }
    : { host: poolerName(location.name, slot), peer: { kind: 'pods', labels: { 'cnpg.io/poolerName': poolerName(location.name, slot) } } };
};

const postgresVariables = (dependency: Postgres, slot: Slot, role: Role, secret: SecretRef): Variable[] => {
  const { host } = postgresEndpoint(dependency, slot, role);
  const { database, tls, pool } = dependency;
  const user = role === 'owner' ? dependency.owner : dependency.user;
  // A replica knows the roles of its primary.
  const name = passwordName('database', role);
  const size: Variable[] =
    role === 'owner'
      ? [{ name: 'DATABASE_APPLICATION_ROLE', value: dependency.user }]
      : [
          { name: 'DATABASE_POOL_MIN', value: pool.min },
          { name: 'DATABASE_POOL_MAX', value: pool.max },
        ];
  const composition = [`postgresql://${user}:`, escapedPassword(name), `@${host}:${ports.postgres}/${database}?sslmode=${tls}`];
  if (dependency.spelling === 'DATABASE_URL') return [{ name: 'DATABASE_URL', secret, composition }, ...size];
  if (dependency.spelling === 'DATABASE_REPLICA_URL') {
    return [
      { name: 'DATABASE_REPLICA_URL', secret, composition },
      { name: 'DATABASE_REPLICA_POOL_MAX', value: pool.max },
    ];
  }
  return [
    { name: 'DB_HOST', value: host },
    { name: 'DB_PORT', value: ports.postgres },
    { name: 'DB_NAME', value: database },
    { name: 'DB_USERNAME', value: user },
    { name: 'DB_PASSWORD', secret, composition: [password(name)] },
    { name: 'DB_SSLMODE', value: tls },
    ...size,
  ];
};

const redisVariables = ({ location, mode, tls, secret, spelling }: Redis, slot: Slot): Variable[] => {
  const host = hostOf(location);
  const name = passwordName(slot);
  const url = [`${tls ? 'rediss' : 'redis'}://:`, escapedPassword(name), `@${host}:${ports.redis}/0`];
  if (spelling === 'QUEUE_REDIS_URL') return [{ name: 'QUEUE_REDIS_URL', secret, composition: url }];
  // A single server is what the service takes without being told.
  const cluster: Variable[] = location.kind === 'redisCluster' || mode === 'cluster' ? [{ name: 'REDIS_MODE', value: 'cluster' }] : [];
  if (spelling === 'REDIS_URL') return [{ name: 'REDIS_URL', secret, composition: url }, ...cluster];
  return [
    { name: 'REDIS_HOST', value: host },
    { name: 'REDIS_PORT', value: ports.redis },
    { name: 'REDIS_PASSWORD', secret, composition: [password(name)] },
    { name: 'REDIS_TLS', value: tls },
    ...cluster,
  ];
};

type Row<K extends Dependency['kind']> = (
  dependency: Extract<Dependency, { kind: K }>,
  slot: Slot,
  role: Role,
  secret?: SecretRef,
) => Facets;

/** A new kind of dependency does not compile without its row. */
const rows: { readonly [K in Dependency['kind']]: Row<K> } = {
  postgres: (dependency, slot, role, secret = dependency.secret) => ({
    variables: postgresVariables(dependency, slot, role, secret),
    egress: [{ to: postgresEndpoint(dependency, slot, role).peer, port: ports.postgres }],
  }),
  redis: (dependency, slot) => ({
    variables: redisVariables(dependency, slot),
    egress: [{ to: serverPeer(dependency.location), port: ports.redis }],
  }),
  rabbitmq: ({ location, user, secret }, slot) => ({
    variables: [
      {
        name: 'RABBITMQ_URL',
        secret,
        composition: [`amqp://${user}:`, escapedPassword(passwordName(slot)), `@${location.host}:${ports.rabbitmq}`],
      },
    ],
    egress: [{ to: serverPeer(location), port: ports.rabbitmq }],
  }),
  temporal: ({ location, namespace }) => ({
    variables: [
      { name: 'TEMPORAL_ADDRESS', value: `${hostOf(location)}:${ports.temporal}` },
      { name: 'TEMPORAL_NAMESPACE', value: namespace },
    ],
    egress: [{ to: serverPeer(location), port: ports.temporal }],
  }),
  s3: ({ location, bucket, accessKey, secretKey }) => ({
    variables: [
      { name: 'S3_ENDPOINT', value: `https://${location.host}` },
      { name: 'S3_BUCKET', value: bucket },
      { name: 'S3_ACCESS_KEY', secret: accessKey, composition: [password(accessKey.key)] },
      { name: 'S3_SECRET_KEY', secret: secretKey, composition: [password(secretKey.key)] },
    ],
    egress: [{ to: serverPeer(location), port: 443 }],
  }),
  sentry: ({ location, secret }) => ({
    variables: [{ name: 'SENTRY_DSN', secret, composition: [password(secret.key)] }],
    egress: [{ to: serverPeer(location), port: 443 }],
  }),
  smtp: ({ location, port }) => ({
    variables: [
      { name: 'MAIL_HOST', value: location.host },
      { name: 'MAIL_PORT', value: port },
    ],
    egress: [{ to: serverPeer(location), port }],
  }),
  otlp: ({ location, protocol }) => {
    const port = protocol === 'grpc' ? ports.otlpGrpc : ports.otlpHttp;
    return {
      variables: [
        { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: `http://${location.host}:${port}` },
        { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: protocol },
      ],
      egress: [{ to: serverPeer(location), port }],
    };
  },
};

/** @param secret where an owner's credentials lie, which are not the API's */
export const facetsOf = (dependency: Dependency, slot: Slot, role: Role = 'application', secret?: SecretRef): Facets =>
  (rows[dependency.kind] as Row<Dependency['kind']>)(dependency as never, slot, role, secret);
