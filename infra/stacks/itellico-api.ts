import { otlp, postgres, rabbitmq, redis, s3, smtp, temporal } from '../model/dependency';
import { defineStack } from '../model/stack';
import * as shared from './shared';

const secret = (key: string) => ({ secret: 'api-secrets', key });

const database = postgres({
  location: shared.ownPostgres('postgresql', '5Gi'),
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
    location: shared.cluster({
      name: 'postgresql',
      instances,
      storage,
      resources: shared.fixedMemory('500m', '2Gi'),
      pooler: shared.pooler(40, 450),
    }),
  });

/** Servers of the platform that live in the same namespace. */
const platform = {
  queue: rabbitmq({ location: shared.neighbour('rabbitmq'), user: 'api', secret: secret('rabbitmq-url') }),
  workflows: temporal({ location: shared.neighbour('temporal'), namespace: 'default' }),
  storage: s3({
    location: { kind: 'external', host: 'eu-central-1.s3.hetzner.com' },
    bucket: 'itellico-uploads',
    accessKey: secret('s3-access-key'),
    secretKey: secret('s3-secret-key'),
  }),
  mail: smtp({ location: shared.neighbour('mailpit'), port: 1025 }),
  traces: otlp({ location: shared.neighbour('otel-collector'), protocol: 'grpc' }),
};

const deployed = {
  // RabbitMQ, Temporal, the mail relay, the collector and the frontend live here, too: their own manifests describe them.
  namespace: { neighbours: { pods: 20, resources: { cpu: '4', memory: '8Gi', limits: { memory: '16Gi' } } } },
  secretSource: shared.platformStore,
  thirdParties: ['api.mailgun.net', 'api.stripe.com'],
  secrets: {
    MAILGUN_API_KEY: shared.optional(secret('mailgun-api-key')),
    MAILGUN_DOMAIN: shared.optional(secret('mailgun-domain')),
    STRIPE_SECRET_KEY: shared.optional(secret('stripe-secret-key')),
    STRIPE_WEBHOOK_SECRET: shared.optional(secret('stripe-webhook-secret')),
  },
} as const;

const uses = ['database', 'cache', 'queue', 'workflows', 'storage', 'mail', 'traces'] as const;

const behavior = {
  down: { stabilizationSeconds: 300, select: 'Min', policies: [shared.percent(50, 60), shared.pods(2, 60)] },
  up: { stabilizationSeconds: 60, select: 'Max', policies: [shared.percent(100, 30), shared.pods(4, 30)] },
} as const;

export const itellicoApi = defineStack({
  base: {
    name: 'itellico-api',
    app: 'api',
    labels: { tier: 'backend', 'database-access': 'true' },
    names: { serviceAccount: 'itellico-api' },
    namespace: { name: 'itellico-mono', owned: true },
    image: { repository: 'registry.hetzner.com/itellico/api' },
    features: ['auth.local', 'organizations', 'users', 'tasks', 'audit'],
    configuration: 'pod',
    config: {
      CORS_ORIGINS: ['https://app.itellico.com', 'https://itellico.com'],
      ENABLE_SWAGGER: true,
      ENABLE_METRICS: true,
      LOG_LEVEL: 'info',
    },
    file: {
      server: { host: '0.0.0.0', logger: { level: 'info' }, bodyLimit: 10_485_760 },
      swagger: { schemes: ['https'], info: { title: 'itellico Mono API', version: '1.0.0' } },
      rateLimit: { global: { max: 100, timeWindow: 60_000 }, auth: { max: 5, timeWindow: 900_000 } },
      cache: { ttl: 300, max: 1_000, checkperiod: 60 },
      upload: {
        maxFileSize: 52_428_800,
        allowedMimeTypes: shared.words('image/jpeg image/png image/gif image/webp application/pdf video/mp4 video/quicktime'),
      },
    },
    secrets: { JWT_SECRET: secret('jwt-secret'), JWT_REFRESH_SECRET: secret('jwt-refresh-secret') },
    secretSource: { kind: 'plain' },
    dependencies: {
      database,
      cache: redis({ location: shared.ownRedis('redis'), tls: false, secret: secret('redis-url'), spelling: 'REDIS_URL' }),
    },
    thirdParties: [],
    workloads: {
      api: {
        uses: ['database', 'cache'],
        ports: { http: 3001, metrics: 9091 },
        service: { port: 3001, affinitySeconds: 10_800 },
        health: { live: '/health', ready: '/health/ready' },
        probes: { liveness: shared.probe(30, 10, 5, 3), readiness: shared.probe(10, 5, 3, 3), startup: shared.probe(0, 10, 3, 30) },
        resources: { cpu: '250m', memory: '512Mi', limits: { cpu: '1000m', memory: '2Gi' } },
        scale: { kind: 'fixed', replicas: 1 },
        exposure: {
          kind: 'nginx',
          host: 'api.itellico.com',
          // Larger than the largest upload, by what multipart adds.
          body: '55Mi',
          timeoutSeconds: 300,
          requestsPerMinute: 100,
          cors: {
            methods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'],
            headers: shared.words(
              'DNT X-CustomHeader Keep-Alive User-Agent X-Requested-With If-Modified-Since Cache-Control Content-Type Authorization',
            ),
          },
        },
        callers: [{ app: 'frontend' }],
        writable: { '/tmp': '256Mi' },
        monitored: true,
      },
      migration: shared.migration('api-migrate-secrets', 'database-url'),
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
      api: { uses, minAvailable: 2, scale: { kind: 'range', min: 3, max: 20, cpu: 70, memory: 80, requestsPerSecond: 1_000, behavior } },
    },
  },
});
