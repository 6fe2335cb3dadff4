import { postgres, redis, sentry } from '../model/dependency';
import { defineStack } from '../model/stack';
import * as shared from './shared';

const secret = (key: string) => ({ secret: 'backend-secrets', key });

const database = postgres({
  location: shared.ownPostgres('pet-postgres', '5Gi'),
  database: 'pet',
  user: 'pet',
  owner: 'pet_owner',
  secret: secret('database-url'),
  tls: 'disable',
  spelling: 'DATABASE_URL',
  pool: { min: 2, max: 10 },
  maxConnections: 100,
});

/** Ten pods of fifty connections and one more during a rollout are 561: PgBouncer makes 160 of them. */
const cluster = shared.cluster({
  name: 'pet-postgres',
  instances: 3,
  storage: '100Gi',
  resources: shared.fixedMemory('4', '8Gi'),
  pooler: shared.pooler(80, 600),
  backup: { schedule: '0 0 2 * * *', snapshotClass: 'csi-snapshots' },
});

const production = postgres({
  ...database,
  location: cluster,
  tls: 'require',
  pool: { min: 2, max: 50 },
  maxConnections: 200,
  parameters: shared.tunedFor8Gi,
});

const staging = postgres({
  ...production,
  location: { ...cluster, instances: 1, storage: '20Gi', resources: shared.fixedMemory('500m', '2Gi') },
  pool: { min: 2, max: 20 },
  parameters: {},
});

const cache = redis({ location: shared.ownRedis('redis'), tls: false, secret: secret('redis-url'), spelling: 'REDIS_URL' });

const origins = ['https://harnesshe.ro', 'https://www.harnesshe.ro'];

const features = ['organizations', 'users', 'tasks', 'designs', 'audit'] as const;

const deployed = {
  features: ['auth.local', 'auth.clerk', ...features],
  secretSource: shared.platformStore,
  config: {
    SHOPIFY_ADMIN_API_ENDPOINT: 'https://yourstore.myshopify.com/admin/api/2024-01',
    CLERK_ISSUER: 'https://clerk.harnesshe.ro',
    CLERK_AUTHORIZED_PARTIES: origins,
  },
  secrets: {
    CLERK_SECRET_KEY: secret('clerk-secret-key'),
    SHOPIFY_ADMIN_ACCESS_TOKEN: shared.optional(secret('shopify-admin-access-token')),
    SHOPIFY_WEBHOOK_SECRET: shared.optional(secret('shopify-webhook-secret')),
  },
  thirdParties: ['api.clerk.com', 'yourstore.myshopify.com'],
} as const;

const errors = sentry({ location: { kind: 'external', host: 'sentry.io' }, secret: shared.optional(secret('sentry-dsn')) });

export const petBackend = defineStack({
  base: {
    name: 'pet-backend',
    app: 'pet-backend',
    container: 'backend',
    labels: {},
    names: {},
    namespace: { name: 'pet-backend', owned: true },
    image: { repository: 'ghcr.io/counterpart/pet-backend' },
    features: ['auth.local', ...features],
    configuration: 'pod',
    config: {
      APP_NAME: 'pet-backend',
      HOST: '0.0.0.0',
      CORS_ORIGIN: origins,
      REDIS_TTL: 3_600,
      REDIS_PREFIX: 'pet:',
      LOG_LEVEL: 'info',
      ENABLE_QUEUE: true,
      ENABLE_CACHE: true,
      ENABLE_RATE_LIMITING: true,
    },
    secrets: {
      JWT_SECRET: secret('jwt-secret'),
      REFRESH_TOKEN_SECRET: secret('refresh-token-secret'),
      SESSION_SECRET: secret('session-secret'),
      ENCRYPTION_KEY: secret('encryption-key'),
    },
    secretSource: { kind: 'plain' },
    dependencies: { database, cache },
    thirdParties: [],
    workloads: {
      api: {
        uses: ['database', 'cache'],
        ports: { http: 3001, metrics: 9091 },
        service: { port: 3001 },
        health: { live: '/healthz', ready: '/health/ready' },
        probes: { liveness: shared.probe(30, 10, 5, 3), readiness: shared.probe(5, 5, 3, 3), startup: shared.probe(0, 5, 3, 24) },
        resources: { cpu: '250m', memory: '256Mi', limits: { cpu: '500m', memory: '512Mi' } },
        scale: { kind: 'fixed', replicas: 1 },
        exposure: { kind: 'gateway', host: 'api.harnesshe.ro', body: '16Mi', timeoutSeconds: 75 },
        callers: [],
        writable: { '/tmp': '64Mi' },
        monitored: true,
      },
      migration: shared.migration('backend-migrate-secrets', 'database-url'),
    },
  },

  development: { config: { LOG_LEVEL: 'debug', ENABLE_QUEUE: false }, workloads: { api: { exposure: { kind: 'none' } } } },

  staging: {
    ...deployed,
    dependencies: { database: staging, errors },
    workloads: { api: { uses: ['database', 'cache', 'errors'], scale: { kind: 'range', min: 1, max: 3, cpu: 70 } } },
  },

  production: {
    ...deployed,
    config: { ...deployed.config, LOG_LEVEL: 'warn', ENABLE_PERFORMANCE_MONITORING: true },
    dependencies: {
      database: production,
      reader: { ...production, spelling: 'DATABASE_REPLICA_URL', secret: secret('database-replica-url'), pool: { min: 0, max: 30 } },
      cache: {
        ...cache,
        location: {
          kind: 'redisCluster',
          app: 'redis',
          image: 'redis:7.4.6',
          maxmemory: '2Gi',
          storage: '8Gi',
          resources: shared.fixedMemory('250m', '3Gi'),
        },
      },
      errors,
    },
    workloads: { api: { uses: ['database', 'reader', 'cache', 'errors'], scale: { kind: 'range', min: 2, max: 10, cpu: 70 } } },
  },
});
