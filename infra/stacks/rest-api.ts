import { postgres, redis, sentry } from '../model/dependency';
import { defineStack } from '../model/stack';
import * as shared from './shared';

const secret = (key: string) => ({ secret: 'api-secrets', key });

const database = postgres({
  location: {
    kind: 'own',
    app: 'postgres',
    names: { workload: 'postgres-deployment', service: 'postgres-service' },
    claim: 'postgres-pvc',
    image: 'postgres:15.14',
    storage: '20Gi',
    resources: { cpu: '250m', memory: '512Mi', limits: { cpu: '500m', memory: '1Gi' } },
  },
  database: 'rest_api_db',
  user: 'rest_api',
  owner: 'rest_api_owner',
  secret: secret('DB_PASSWORD'),
  tls: 'disable',
  spelling: 'DB_*',
  pool: { min: 2, max: 10 },
  maxConnections: 100,
});

const cache = redis({
  location: {
    kind: 'own',
    app: 'redis',
    names: { workload: 'redis', service: 'redis-service' },
    image: 'redis:7.4.6',
    resources: { cpu: '50m', memory: '64Mi', limits: { memory: '128Mi' } },
  },
  tls: false,
  secret: secret('REDIS_PASSWORD'),
  spelling: 'REDIS_*',
});

/** The private subnets of rest-api-vpc, where RDS and ElastiCache live. */
const cidrs = ['10.0.10.0/24', '10.0.11.0/24'];

/** Servers that AWS runs, and Sentry. The hosts are those of the account: put yours here. */
const managed = {
  database: postgres({
    ...database,
    tls: 'require',
    location: { kind: 'external', host: 'rest-api-db.rest-api.us-east-1.rds.amazonaws.com', cidrs },
  }),
  cache: redis({ ...cache, tls: true, location: { kind: 'external', host: 'rest-api-redis.rest-api.use1.cache.amazonaws.com', cidrs } }),
  errors: sentry({ location: { kind: 'external', host: 'sentry.io' }, secret: shared.optional(secret('SENTRY_DSN')) }),
};

const deployed = {
  secretSource: shared.platformStore,
  dependencies: managed,
  config: { EMAIL_SERVICE_URL: 'https://mail.example.com' },
  secrets: { EMAIL_API_KEY: shared.optional(secret('EMAIL_API_KEY')) },
  thirdParties: ['mail.example.com'],
} as const;

const uses = ['database', 'cache', 'errors'] as const;

export const restApi = defineStack({
  base: {
    name: 'rest-api',
    app: 'api',
    labels: {},
    names: { deployment: 'api-deployment', service: 'api-service' },
    namespace: { name: 'rest-api', owned: true },
    image: { repository: 'ghcr.io/counterpart/rest-api' },
    features: ['auth.local', 'organizations', 'users', 'tasks', 'audit'],
    configuration: 'configMap',
    config: {
      LOG_LEVEL: 'info',
      ALLOWED_ORIGINS: ['https://app.example.com'],
      JWT_EXPIRES_IN: 900_000,
      JWT_ISSUER: 'rest-api',
      JWT_AUDIENCE: 'api-users',
      RATE_LIMIT_WINDOW_MS: 900_000,
      RATE_LIMIT_MAX_REQUESTS: 100,
      AUTH_RATE_LIMIT_MAX: 10,
      MAX_FILE_SIZE: 10_485_760,
      ENABLE_REQUEST_LOGGING: true,
      UPLOAD_DIRECTORY: './uploads',
      BCRYPT_SALT_ROUNDS: 12,
      SESSION_TIMEOUT: 86_400,
      API_VERSION: 'v1',
    },
    secrets: {
      JWT_SECRET: secret('JWT_SECRET'),
      JWT_REFRESH_SECRET: secret('JWT_REFRESH_SECRET'),
      ENCRYPTION_KEY: secret('ENCRYPTION_KEY'),
    },
    secretSource: { kind: 'plain' },
    dependencies: { database, cache },
    thirdParties: [],
    workloads: {
      api: {
        uses: ['database', 'cache'],
        ports: { http: 3000, metrics: 9091 },
        service: { port: 80 },
        health: { live: '/health', ready: '/health/ready' },
        probes: { liveness: shared.probe(30, 10, 5, 3), readiness: shared.probe(5, 5, 3, 3), startup: shared.probe(0, 5, 3, 24) },
        resources: { cpu: '250m', memory: '256Mi', limits: { cpu: '500m', memory: '512Mi' } },
        scale: { kind: 'fixed', replicas: 1 },
        exposure: { kind: 'alb', host: 'api.example.com', body: '16Mi', timeoutSeconds: 75 },
        callers: [],
        writable: { '/tmp': '64Mi', '/app/logs': '128Mi', '/app/uploads': '1Gi' },
        monitored: true,
      },
      migration: shared.migration('api-migrate-secrets', 'DB_PASSWORD'),
    },
  },

  development: { config: { LOG_LEVEL: 'debug' }, workloads: { api: { exposure: { kind: 'none' } } } },

  staging: { ...deployed, workloads: { api: { uses, scale: { kind: 'fixed', replicas: 2 } } } },

  production: { ...deployed, workloads: { api: { uses, scale: { kind: 'fixed', replicas: 3 } } } },
});
