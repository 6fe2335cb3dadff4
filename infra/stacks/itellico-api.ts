import { otlp, postgres, rabbitmq, redis, s3, smtp, temporal } from '../model/dependency';
import { defineStack } from '../model/stack';

const secret = (key: string) => ({ secret: 'api-secrets', key });

const origins = ['https://app.itellico.com', 'https://itellico.com'];

const database = postgres({
  location: {
    kind: 'own',
    app: 'postgresql',
    image: 'postgres:15.14',
    storage: '5Gi',
    resources: { cpu: '100m', memory: '256Mi', limits: { memory: '512Mi' } },
  },
  database: 'mono',
  user: 'api',
  owner: 'api_owner',
  secret: secret('database-url'),
  tls: 'disable',
  spelling: 'DATABASE_URL',
  pool: { min: 5, max: 20 },
  maxConnections: 100,
});

/** Twenty pods of twenty connections, and one more pod during a rollout, are 420: PgBouncer makes 80 of them. */
const pooled = (instances: number, storage: '10Gi' | '50Gi') =>
  postgres({
    ...database,
    tls: 'require',
    location: {
      kind: 'cloudNativePg',
      name: 'postgresql',
      image: 'ghcr.io/cloudnative-pg/postgresql:17.6',
      instances,
      storage,
      resources: { cpu: '500m', memory: '2Gi', limits: { memory: '2Gi' } },
      pooler: { instances: 2, connections: 40, maxClients: 450, resources: { cpu: '100m', memory: '128Mi', limits: { memory: '128Mi' } } },
    },
  });

/** Servers of the platform that live in the same namespace. */
const platform = {
  queue: rabbitmq({
    location: { kind: 'cluster', host: 'rabbitmq', pods: { app: 'rabbitmq' } },
    user: 'api',
    secret: secret('rabbitmq-url'),
  }),
  workflows: temporal({ location: { kind: 'cluster', host: 'temporal', pods: { app: 'temporal' } }, namespace: 'default' }),
  storage: s3({
    location: { kind: 'external', host: 'eu-central-1.s3.hetzner.com' },
    bucket: 'itellico-uploads',
    accessKey: secret('s3-access-key'),
    secretKey: secret('s3-secret-key'),
  }),
  mail: smtp({ location: { kind: 'cluster', host: 'mailpit', pods: { app: 'mailpit' } }, port: 1025 }),
  traces: otlp({ location: { kind: 'cluster', host: 'otel-collector', pods: { app: 'otel-collector' } }, protocol: 'grpc' }),
};

const deployed = {
  // RabbitMQ, Temporal, the mail relay, the collector and the frontend live here, too: their own manifests describe them.
  namespace: { neighbours: { pods: 20, resources: { cpu: '4', memory: '8Gi', limits: { memory: '16Gi' } } } },
  secretSource: { kind: 'external', store: { kind: 'ClusterSecretStore', name: 'platform' }, refreshInterval: '1h' },
  thirdParties: ['api.mailgun.net', 'api.stripe.com'],
  secrets: {
    MAILGUN_API_KEY: { ...secret('mailgun-api-key'), optional: true },
    MAILGUN_DOMAIN: { ...secret('mailgun-domain'), optional: true },
    STRIPE_SECRET_KEY: { ...secret('stripe-secret-key'), optional: true },
    STRIPE_WEBHOOK_SECRET: { ...secret('stripe-webhook-secret'), optional: true },
  },
} as const;

const uses = ['database', 'cache', 'queue', 'workflows', 'storage', 'mail', 'traces'] as const;

export const itellicoApi = defineStack({
  base: {
    name: 'itellico-api',
    app: 'api',
    labels: { tier: 'backend', 'database-access': 'true' },
    names: { serviceAccount: 'itellico-api' },
    namespace: { name: 'itellico-mono', owned: true },
    image: { repository: 'registry.hetzner.com/itellico/api' },
    features: ['auth.local', 'tasks'],
    configuration: 'pod',
    config: { CORS_ORIGINS: origins, LOG_LEVEL: 'info', ENABLE_SWAGGER: true, ENABLE_METRICS: true },
    file: {
      server: { host: '0.0.0.0', logger: { level: 'info' }, bodyLimit: 10_485_760 },
      swagger: { schemes: ['https'], info: { title: 'itellico Mono API', version: '1.0.0' } },
      rateLimit: { global: { max: 100, timeWindow: 60_000 }, auth: { max: 5, timeWindow: 900_000 } },
      cache: { ttl: 300, max: 1_000, checkperiod: 60 },
      upload: {
        maxFileSize: 52_428_800,
        allowedMimeTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'application/pdf', 'video/mp4', 'video/quicktime'],
      },
    },
    secrets: { JWT_SECRET: secret('jwt-secret'), JWT_REFRESH_SECRET: secret('jwt-refresh-secret') },
    secretSource: { kind: 'plain' },
    dependencies: {
      database,
      cache: redis({
        location: {
          kind: 'own',
          app: 'redis',
          image: 'redis:7.4.6',
          resources: { cpu: '50m', memory: '128Mi', limits: { memory: '256Mi' } },
        },
        tls: false,
        secret: secret('redis-url'),
        spelling: 'REDIS_URL',
      }),
    },
    thirdParties: [],
    workloads: {
      api: {
        uses: ['database', 'cache'],
        ports: { http: 3001, metrics: 9091 },
        service: { port: 3001, affinitySeconds: 10_800 },
        health: { live: '/health', ready: '/health/ready' },
        probes: {
          liveness: { initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
          readiness: { initialDelaySeconds: 10, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
          startup: { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 30 },
        },
        resources: { cpu: '250m', memory: '512Mi', limits: { cpu: '1000m', memory: '2Gi' } },
        scale: { kind: 'fixed', replicas: 1 },
        exposure: {
          kind: 'nginx',
          host: 'api.itellico.com',
          tlsSecret: 'api-tls',
          // Larger than the largest upload, by what multipart adds.
          body: '55Mi',
          timeoutSeconds: 300,
          requestsPerMinute: 100,
          cors: {
            origins,
            methods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'],
            headers: [
              'DNT',
              'X-CustomHeader',
              'Keep-Alive',
              'User-Agent',
              'X-Requested-With',
              'If-Modified-Since',
              'Cache-Control',
              'Content-Type',
              'Authorization',
            ],
          },
        },
        callers: [{ app: 'frontend' }],
        writable: { '/tmp': '256Mi' },
        monitored: true,
      },
      migration: {
        uses: ['database'],
        secret: { secret: 'api-migrate-secrets', key: 'database-url' },
        resources: { cpu: '100m', memory: '128Mi', limits: { memory: '256Mi' } },
      },
    },
  },

  development: { config: { LOG_LEVEL: 'debug' } },

  staging: {
    ...deployed,
    dependencies: { database: pooled(1, '10Gi'), ...platform },
    workloads: { api: { uses, scale: { kind: 'range', min: 2, max: 4, cpu: 70 } } },
  },

  production: {
    ...deployed,
    dependencies: { database: pooled(3, '50Gi'), ...platform },
    workloads: {
      api: {
        uses,
        minAvailable: 2,
        scale: {
          kind: 'range',
          min: 3,
          max: 20,
          cpu: 70,
          memory: 80,
          requestsPerSecond: 1_000,
          behavior: {
            down: {
              stabilizationSeconds: 300,
              select: 'Min',
              policies: [
                { type: 'Percent', value: 50, periodSeconds: 60 },
                { type: 'Pods', value: 2, periodSeconds: 60 },
              ],
            },
            up: {
              stabilizationSeconds: 60,
              select: 'Max',
              policies: [
                { type: 'Percent', value: 100, periodSeconds: 30 },
                { type: 'Pods', value: 4, periodSeconds: 30 },
              ],
            },
          },
        },
      },
    },
  },
});
