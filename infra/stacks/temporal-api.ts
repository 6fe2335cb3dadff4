import { postgres, temporal } from '../model/dependency';
import { defineStack } from '../model/stack';
import * as shared from './shared';

const secret = (key: string) => ({ secret: 'temporal-api-secrets', key });

const database = postgres({
  location: shared.ownPostgres('temporal-api-postgres', '5Gi'),
  database: 'postgres',
  user: 'temporal_api',
  owner: 'temporal_api_owner',
  secret: secret('DATABASE_URL'),
  tls: 'disable',
  spelling: 'DATABASE_URL',
  pool: { min: 1, max: 10 },
  maxConnections: 100,
});

/** PostgreSQL of the Supabase project. */
const supabase = postgres({ ...database, tls: 'verify-full', location: { kind: 'external', host: 'db.a4c.supabase.co' } });

const frontend = (namespace: string) =>
  temporal({
    location: {
      kind: 'cluster',
      host: `temporal-frontend.${namespace}.svc.cluster.local`,
      pods: { 'app.kubernetes.io/name': 'temporal', 'app.kubernetes.io/component': 'frontend' },
    },
    namespace: 'default',
  });

const deployed = { secretSource: shared.platformStore, thirdParties: ['a4c.supabase.co'] } as const;

export const temporalApi = defineStack({
  base: {
    name: 'temporal-api',
    app: 'temporal-api',
    labels: {},
    names: {},
    // Temporal's own: policies and levels of its pods are its operator's to say.
    namespace: { name: 'temporal', owned: false },
    image: { repository: 'ghcr.io/analytics4change/a4c-temporal-api', pullSecret: 'ghcr-secret' },
    features: ['auth.supabase', 'organizations', 'audit'],
    configuration: 'configMap',
    config: { LOG_LEVEL: 'info', ALLOWED_ORIGINS: ['https://a4c.firstovertheline.com'] },
    secrets: {
      SUPABASE_URL: secret('SUPABASE_URL'),
      SUPABASE_SERVICE_ROLE_KEY: secret('SUPABASE_SERVICE_ROLE_KEY'),
      SUPABASE_ANON_KEY: secret('SUPABASE_ANON_KEY'),
    },
    secretSource: { kind: 'plain' },
    dependencies: {
      database,
      workflows: temporal({
        location: {
          kind: 'own',
          app: 'temporal',
          image: 'temporalio/temporal:1.5.1',
          resources: { cpu: '100m', memory: '256Mi', limits: { memory: '512Mi' } },
        },
        namespace: 'default',
      }),
    },
    thirdParties: [],
    workloads: {
      api: {
        uses: ['database', 'workflows'],
        ports: { http: 3000, metrics: 9091 },
        service: { port: 3000 },
        health: { live: '/health', ready: '/ready' },
        probes: { liveness: shared.probe(10, 30, 5, 3), readiness: shared.probe(5, 10, 5, 3), startup: shared.probe(0, 5, 3, 24) },
        resources: { cpu: '50m', memory: '128Mi', limits: { cpu: '200m', memory: '256Mi' } },
        scale: { kind: 'fixed', replicas: 1 },
        exposure: { kind: 'traefik', host: 'api.a4c.firstovertheline.com', body: '16Mi', timeoutSeconds: 75 },
        callers: [],
        writable: { '/tmp': '64Mi' },
        monitored: true,
      },
      migration: shared.migration('temporal-api-migrate-secrets', 'DATABASE_URL'),
    },
  },

  development: { config: { LOG_LEVEL: 'debug' }, workloads: { api: { exposure: { kind: 'none' } } } },

  staging: { ...deployed, dependencies: { database: supabase, workflows: frontend('temporal-staging') } },

  production: {
    ...deployed,
    dependencies: { database: supabase, workflows: frontend('temporal') },
    workloads: { api: { scale: { kind: 'fixed', replicas: 2 } } },
  },
});
