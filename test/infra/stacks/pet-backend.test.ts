import type { EnvironmentName } from '../../../infra/environments';
import { environmentOf, secretKeys } from '../support/environment';
import { type Endpoint, mayConnect, mayReceive, maySend } from '../support/network';
import { containerOf, ownerOf } from '../support/pods';
import { at, named, synthesized } from '../support/synthesized';

const environments = {
  development: synthesized('development', 'pet-backend'),
  staging: synthesized('staging', 'pet-backend'),
  production: synthesized('production', 'pet-backend'),
};
const { development, staging, production } = environments;

const container = containerOf(production, 'Deployment/pet-backend');
const pod = (app: string): Endpoint => ({ labels: { app } });
const api = pod('pet-backend');
const migration = pod('pet-backend-migrate');
const pooler: Endpoint = { labels: { 'cnpg.io/poolerName': 'pet-postgres-pooler' } };
const replicaPooler: Endpoint = { labels: { 'cnpg.io/poolerName': 'pet-postgres-pooler-ro' } };
const instance: Endpoint = { labels: { 'cnpg.io/cluster': 'pet-postgres' } };
const internet: Endpoint = { address: '203.0.113.7' };

describe('the Deployment', () => {
  test('is pet-backend, whose container backend serves 3001 and metrics on 9091', () => {
    expect(named(production, 'Deployment', 'pet-backend').metadata.namespace).toBe('pet-backend');
    expect(ownerOf(production, 'Deployment/pet-backend').labels).toMatchObject({ app: 'pet-backend' });
    expect(container).toMatchObject({ name: 'backend', image: 'ghcr.io/counterpart/pet-backend:0.1.0', imagePullPolicy: 'IfNotPresent' });
    expect(container.ports?.map(({ name, containerPort }) => [name, containerPort])).toEqual([
      ['http', 3001],
      ['metrics', 9091],
    ]);
    expect(at(named(production, 'Service', 'pet-backend'), 'spec.ports.0')).toMatchObject({ name: 'http', port: 3001, targetPort: 'http' });
  });

  test('asks for 250m and 256Mi, up to 500m and 512Mi', () => {
    expect(container.resources).toEqual({ requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } });
  });

  test('is alive by /healthz after 30 s, and ready by another path, which asks the stores', () => {
    expect(container).toMatchObject({
      livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, initialDelaySeconds: 30, periodSeconds: 10 },
      readinessProbe: { httpGet: { path: '/health/ready', port: 'http' }, initialDelaySeconds: 5, periodSeconds: 5 },
    });
  });

  test('runs once on development; elsewhere pet-backend-hpa scales by 70 % of the processor, up to 3, and 2 to 10 in production', () => {
    expect(at(named(development, 'Deployment', 'pet-backend'), 'spec.replicas')).toBe(1);
    const scaling = (objects: typeof production) => named(objects, 'HorizontalPodAutoscaler', 'pet-backend-hpa').spec;
    const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }];
    expect(scaling(staging)).toMatchObject({ minReplicas: 1, maxReplicas: 3, metrics });
    expect(scaling(production)).toMatchObject({ minReplicas: 2, maxReplicas: 10, metrics, scaleTargetRef: { name: 'pet-backend' } });
  });
});

describe('its environment', () => {
  test.each<[EnvironmentName, Record<string, string>]>([
    ['development', { LOG_LEVEL: 'debug', DATABASE_POOL_MAX: '10', ENABLE_QUEUE: 'false' }],
    ['staging', { LOG_LEVEL: 'info', DATABASE_POOL_MAX: '20', ENABLE_QUEUE: 'true' }],
    ['production', { LOG_LEVEL: 'warn', DATABASE_POOL_MAX: '50', ENABLE_QUEUE: 'true', ENABLE_PERFORMANCE_MONITORING: 'true' }],
  ])('has the values of the guide in %s', (environment, values) => {
    expect(environmentOf(environments[environment])).toMatchObject({
      NODE_ENV: environment,
      APP_NAME: 'pet-backend',
      HOST: '0.0.0.0',
      PORT: '3001',
      DATABASE_POOL_MIN: '2',
      REDIS_TTL: '3600',
      REDIS_PREFIX: 'pet:',
      CORS_ORIGIN: 'https://harnesshe.ro,https://www.harnesshe.ro',
      ENABLE_CACHE: 'true',
      ENABLE_RATE_LIMITING: 'true',
      ...values,
    });
  });

  const needed = {
    DATABASE_URL: 'database-url',
    REDIS_URL: 'redis-url',
    JWT_SECRET: 'jwt-secret',
    REFRESH_TOKEN_SECRET: 'refresh-token-secret',
    SESSION_SECRET: 'session-secret',
    ENCRYPTION_KEY: 'encryption-key',
  };
  const optional = {
    SHOPIFY_ADMIN_ACCESS_TOKEN: 'shopify-admin-access-token',
    SHOPIFY_WEBHOOK_SECRET: 'shopify-webhook-secret',
    SENTRY_DSN: 'sentry-dsn',
  };

  test('takes every password and key from backend-secrets', () => {
    const secrets = Object.entries(environmentOf(production)).filter(([, from]) => from.startsWith('secret '));
    const keys = { ...needed, CLERK_SECRET_KEY: 'clerk-secret-key', DATABASE_REPLICA_URL: 'database-replica-url' };
    expect(Object.fromEntries(secrets)).toEqual(
      Object.fromEntries([
        ...Object.entries(keys).map(([name, key]) => [name, `secret backend-secrets/${key}`]),
        ...Object.entries(optional).map(([name, key]) => [name, `secret backend-secrets/${key} (optional)`]),
      ]),
    );
    expect(secretKeys(production, 'backend-secrets')).toEqual(Object.values(keys).sort());
    expect(secretKeys(development, 'backend-secrets')).toEqual(Object.values(needed).sort());
    expect(secretKeys(production, 'backend-migrate-secrets')).toEqual(['database-url']);
  });

  test('takes tokens of Clerk, for pages of its own origins, wherever it has a key for it', () => {
    const clerk = {
      CLERK_ISSUER: 'https://clerk.harnesshe.ro',
      CLERK_AUTHORIZED_PARTIES: 'https://harnesshe.ro,https://www.harnesshe.ro',
    };
    const own = ['organizations', 'users', 'tasks', 'designs', 'audit'];
    for (const objects of [staging, production]) {
      expect(environmentOf(objects)).toMatchObject({ ...clerk, FEATURES: ['auth.local', 'auth.clerk', ...own].join() });
    }
    expect(environmentOf(development).FEATURES).toBe(['auth.local', ...own].join());
  });

  test('says where Shopify answers, wherever it has a key for it', () => {
    const endpoint = { SHOPIFY_ADMIN_API_ENDPOINT: 'https://yourstore.myshopify.com/admin/api/2024-01' };
    for (const objects of [staging, production]) expect(environmentOf(objects)).toMatchObject(endpoint);
    expect(Object.keys(environmentOf(development)).filter((name) => /SHOPIFY|SENTRY|CLERK/.test(name))).toEqual([]);
  });
});

describe('its edges', () => {
  test.each(['staging', 'production'] as const)('lead in %s from the gateway alone, to the host of the guide', (environment) => {
    const host = environment === 'staging' ? 'staging.api.harnesshe.ro' : 'api.harnesshe.ro';
    expect(at(named(environments[environment], 'HTTPRoute', 'pet-backend-ingress-route'), 'spec.hostnames')).toEqual([host]);
    const gateway = { 'app.kubernetes.io/managed-by': 'envoy-gateway', 'app.kubernetes.io/component': 'proxy' };
    expect(mayReceive(environments[environment], api, { namespace: 'envoy-gateway-system', labels: gateway }, 3001)).toBe(true);
    expect(mayReceive(environments[environment], api, pod('frontend'), 3001)).toBe(false);
  });

  test('lead to both poolers and Redis at both ends, and to HTTPS outside', () => {
    for (const to of [pooler, replicaPooler]) expect(mayConnect(production, api, to, 5432)).toBe(true);
    for (const from of [pooler, replicaPooler, migration]) expect(mayConnect(production, from, instance, 5432)).toBe(true);
    expect(mayConnect(production, api, pod('redis'), 6379)).toBe(true);
    expect(maySend(production, api, internet, 443)).toBe(true);
  });

  test('do not lead past the poolers, from the migration to Redis, or from development outside', () => {
    expect(mayReceive(production, instance, api, 5432)).toBe(false);
    expect(mayReceive(production, pod('redis'), migration, 6379)).toBe(false);
    expect(maySend(production, migration, internet, 443)).toBe(false);
    expect(maySend(development, api, internet, 443)).toBe(false);
  });
});
