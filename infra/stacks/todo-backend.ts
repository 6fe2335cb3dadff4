import { postgres } from '../model/dependency';
import { defineStack } from '../model/stack';
import * as shared from './shared';

/** Name of the release and of the chart, as Helm puts them together. */
const app = 'todo-chatbot-backend';

const secret = (key: string) => ({ secret: `${app}-secret`, key });

const database = postgres({
  location: shared.ownPostgres('todo-postgres', '1Gi'),
  database: 'todo',
  user: 'todo',
  owner: 'todo_owner',
  secret: secret('DATABASE_URL'),
  tls: 'disable',
  spelling: 'DATABASE_URL',
  pool: { min: 1, max: 10 },
  maxConnections: 100,
});

/** Serverless PostgreSQL, across the internet: the server has to prove who it is. */
const neon = (host: string) => postgres({ ...database, tls: 'verify-full', location: { kind: 'external', host } });

const deployed = {
  secretSource: shared.platformStore,
  secrets: { NEXT_PUBLIC_OPENROUTER_KEY: shared.optional(secret('NEXT_PUBLIC_OPENROUTER_KEY')) },
  thirdParties: ['openrouter.ai'],
} as const;

const health = shared.probe(15, 10, 5, 3);

export const todoBackend = defineStack({
  base: {
    name: 'todo-backend',
    app,
    container: 'backend',
    selector: {
      'app.kubernetes.io/name': 'todo-chatbot',
      'app.kubernetes.io/instance': 'todo-chatbot',
      'app.kubernetes.io/component': 'backend',
    },
    labels: {},
    names: {},
    namespace: { name: 'todo-chatbot', owned: true },
    image: { repository: 'ghcr.io/counterpart/todo-chatbot-backend' },
    stageSpelling: 'ENVIRONMENT',
    features: ['auth.betterAuth', 'tasks'],
    configuration: 'configMap',
    config: { LOG_LEVEL: 'info', ENABLE_SWAGGER: true, SWAGGER_PUBLIC: true },
    secrets: { BETTER_AUTH_SECRET: secret('BETTER_AUTH_SECRET') },
    secretSource: { kind: 'plain' },
    dependencies: { database },
    thirdParties: [],
    workloads: {
      api: {
        uses: ['database'],
        ports: { http: 8000, metrics: 9091 },
        service: { port: 8000 },
        health: { live: '/health', ready: '/api/health' },
        probes: { liveness: health, readiness: health, startup: shared.probe(0, 5, 3, 24) },
        resources: { cpu: '500m', memory: '512Mi', limits: { cpu: '1000m', memory: '1Gi' } },
        scale: { kind: 'fixed', replicas: 2 },
        exposure: { kind: 'gateway', host: 'todo.example.com', body: '16Mi', timeoutSeconds: 75 },
        callers: [{ 'app.kubernetes.io/name': 'todo-chatbot', 'app.kubernetes.io/component': 'frontend' }],
        writable: { '/tmp': '64Mi' },
        monitored: true,
      },
      migration: shared.migration(`${app}-migrate-secret`, 'DATABASE_URL'),
    },
  },

  development: { workloads: { api: { exposure: { kind: 'nodePort', port: 30_081 } } } },

  staging: {
    ...deployed,
    config: { SWAGGER_PUBLIC: false },
    dependencies: { database: neon('ep-staging-a1b2c3.eu-central-1.aws.neon.tech') },
  },

  production: {
    ...deployed,
    config: { SWAGGER_PUBLIC: false },
    dependencies: { database: neon('ep-production-a1b2c3.eu-central-1.aws.neon.tech') },
  },
});
