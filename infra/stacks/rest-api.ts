import { postgres, redis } from '../model/dependency';
import { defineStack } from '../model/stack';

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

/** Servers that AWS runs. The hosts are those of the account: put yours here. */
const managed = {
  database: postgres({
    ...database,
    tls: 'require',
    location: { kind: 'external', host: 'rest-api-db.rest-api.us-east-1.rds.amazonaws.com', cidrs },
  }),
  cache: redis({ ...cache, tls: true, location: { kind: 'external', host: 'rest-api-redis.rest-api.use1.cache.amazonaws.com', cidrs } }),
};

const secretSource = { kind: 'external', store: { kind: 'ClusterSecretStore', name: 'platform' }, refreshInterval: '1h' } as const;

export const restApi = defineStack({
  base: {
    name: 'rest-api',
    app: 'api',
    labels: {},
    names: { deployment: 'api-deployment', service: 'api-service' },
    namespace: { name: 'rest-api', owned: true },
    image: { repository: 'ghcr.io/counterpart/rest-api' },
    features: ['auth.local', 'tasks'],
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
        probes: {
          liveness: { initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
          readiness: { initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
          startup: { initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 24 },
        },
        resources: { cpu: '250m', memory: '256Mi', limits: { cpu: '500m', memory: '512Mi' } },
        scale: { kind: 'fixed', replicas: 1 },
        exposure: { kind: 'none' },
        // The API gateway in front, until the load balancer of the account is described here.
        callers: [{ app: 'gateway' }],
        writable: { '/tmp': '64Mi', '/app/logs': '128Mi' },
        monitored: true,
      },
      migration: {
        uses: ['database'],
        secret: { secret: 'api-migrate-secrets', key: 'DB_PASSWORD' },
        resources: { cpu: '100m', memory: '128Mi', limits: { memory: '256Mi' } },
      },
    },
  },

  development: { config: { LOG_LEVEL: 'debug' } },

  staging: { secretSource, dependencies: managed, workloads: { api: { scale: { kind: 'fixed', replicas: 2 } } } },

  production: { secretSource, dependencies: managed, workloads: { api: { scale: { kind: 'fixed', replicas: 3 } } } },
});
