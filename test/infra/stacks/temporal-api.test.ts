import type { EnvironmentName } from '../../../infra/environments';
import { composed, environmentOf, secretKeys } from '../support/environment';
import { type Endpoint, mayConnect, mayReceive, maySend } from '../support/network';
import { containerOf, ownerOf } from '../support/pods';
import { at, named, synthesized } from '../support/synthesized';

const environments = {
  development: synthesized('development', 'temporal-api'),
  staging: synthesized('staging', 'temporal-api'),
  production: synthesized('production', 'temporal-api'),
};
const { development, staging, production } = environments;

const container = containerOf(production, 'Deployment/temporal-api');
const pod = (app: string): Endpoint => ({ labels: { app } });
const api = pod('temporal-api');
const migration = pod('temporal-api-migrate');
const internet: Endpoint = { address: '203.0.113.7' };
const frontend: Endpoint = { labels: { 'app.kubernetes.io/name': 'temporal', 'app.kubernetes.io/component': 'frontend' } };

describe('the Deployment', () => {
  test('keeps 2 pods of temporal-api in production, adding one before it takes one away', () => {
    expect(named(production, 'Deployment', 'temporal-api')).toMatchObject({
      metadata: { namespace: 'temporal' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'temporal-api' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      },
    });
  });

  test('pulls the image of the guide with ghcr-secret, as does the migration', () => {
    expect(container.image).toBe('ghcr.io/analytics4change/a4c-temporal-api:0.1.0');
    for (const { spec } of production.pods) expect(at(spec, 'imagePullSecrets')).toEqual([{ name: 'ghcr-secret' }]);
  });

  test('serves 3000 behind a Service of the same name and port, with 50m and 128Mi, up to 200m and 256Mi', () => {
    expect(container.ports?.[0]).toEqual({ name: 'http', containerPort: 3000, protocol: 'TCP' });
    expect(at(named(production, 'Service', 'temporal-api'), 'spec.ports.0')).toMatchObject({ port: 3000, targetPort: 'http' });
    expect(container.resources).toEqual({ requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '200m', memory: '256Mi' } });
  });

  test('is alive by /health every 30 s and ready by /ready every 10 s', () => {
    expect(container).toMatchObject({
      livenessProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 30 },
      readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 10 },
    });
  });
});

describe('its environment', () => {
  test.each<[EnvironmentName, string, string]>([
    ['production', 'temporal-frontend.temporal.svc.cluster.local:7233', 'info'],
    ['staging', 'temporal-frontend.temporal-staging.svc.cluster.local:7233', 'info'],
    ['development', 'temporal:7233', 'debug'],
  ])('stands in temporal-api-config in %s', (environment, address, level) => {
    const data = at<object>(named(environments[environment], 'ConfigMap', 'temporal-api-config'), 'data');
    expect(data).toMatchObject({
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: 'default',
      PORT: '3000',
      NODE_ENV: environment,
      LOG_LEVEL: level,
      FEATURES: 'auth.supabase,organizations,audit',
      ALLOWED_ORIGINS: 'https://a4c.firstovertheline.com',
      CORS_OWNER: 'service',
    });
    expect(environmentOf(environments[environment])).toMatchObject({ ...data, DATABASE_POOL_MIN: '1', DATABASE_POOL_MAX: '10' });
  });

  test.each(['development', 'staging', 'production'] as const)('takes its keys from temporal-api-secrets in %s', (environment) => {
    const keys = ['DATABASE_URL', 'SUPABASE_ANON_KEY', 'SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_URL'];
    expect(secretKeys(environments[environment], 'temporal-api-secrets')).toEqual(keys);
    expect(secretKeys(environments[environment], 'temporal-api-migrate-secrets')).toEqual(['DATABASE_URL']);
    const variables = environmentOf(environments[environment]);
    for (const key of keys) expect(variables[key]).toBe(`secret temporal-api-secrets/${key}`);
  });

  test.each(['staging', 'production'] as const)(
    'connects to the PostgreSQL of Supabase in %s, which has to prove who it is',
    (environment) => {
      const url = (name: string) => composed(environments[environment], name, 'DATABASE_URL').replace(/\{\{.*\}\}/, '***');
      const rest = 'db.a4c.supabase.co:5432/postgres?sslmode=verify-full';
      expect(url('temporal-api-secrets')).toBe(`postgresql://temporal_api:***@${rest}`);
      expect(url('temporal-api-migrate-secrets')).toBe(`postgresql://temporal_api_owner:***@${rest}`);
    },
  );

  test('has no cache anywhere', () => {
    for (const objects of Object.values(environments)) expect(JSON.stringify(objects.all)).not.toMatch(/redis/i);
  });
});

describe('on development, a Temporal server of its own', () => {
  const server = containerOf(development, 'StatefulSet/temporal');

  test('is the development server of Temporal, once, with the namespace that the API asks for', () => {
    expect(named(development, 'StatefulSet', 'temporal').spec).toMatchObject({ replicas: 1 });
    expect(server.image).toBe('temporalio/temporal:1.5.1');
    expect(server.args).toEqual(['server', 'start-dev', '--headless', '--ip', '0.0.0.0', '--port', '7233', '--namespace', 'default']);
    expect(at(named(development, 'Service', 'temporal'), 'spec.ports')).toMatchObject([{ port: 7233 }]);
  });

  test('is reached by the API alone, and reaches nobody', () => {
    expect(mayConnect(development, api, pod('temporal'), 7233)).toBe(true);
    expect(mayReceive(development, pod('temporal'), migration, 7233)).toBe(false);
    expect(maySend(development, pod('temporal'), internet, 443)).toBe(false);
  });

  test('is not there in staging and production, where somebody else runs it', () => {
    for (const objects of [staging, production]) expect(objects.of('StatefulSet')).toEqual([]);
  });
});

describe('its edges', () => {
  test.each<[EnvironmentName, string, string]>([
    ['production', 'api.a4c.firstovertheline.com', 'letsencrypt-prod'],
    ['staging', 'staging.api.a4c.firstovertheline.com', 'letsencrypt-staging'],
  ])('lead in %s from Traefik, at %s with a certificate of %s', (environment, host, issuer) => {
    const ingress = named(environments[environment], 'Ingress', 'temporal-api-ingress');
    expect(ingress.metadata.annotations).toMatchObject({ 'cert-manager.io/cluster-issuer': issuer });
    expect(ingress.spec).toMatchObject({
      ingressClassName: 'traefik',
      rules: [{ host }],
      tls: [{ hosts: [host], secretName: 'temporal-api-tls' }],
    });
    const traefik: Endpoint = { namespace: 'traefik', labels: { 'app.kubernetes.io/name': 'traefik' } };
    expect(mayReceive(environments[environment], api, traefik, 3000)).toBe(true);
    expect(mayReceive(environments[environment], api, pod('frontend'), 3000)).toBe(false);
  });

  test('lead to the frontend of Temporal, PostgreSQL outside and HTTPS outside', () => {
    expect(mayConnect(production, api, frontend, 7233)).toBe(true);
    expect(maySend(production, api, internet, 5432)).toBe(true);
    expect(maySend(production, api, internet, 443)).toBe(true);
    expect(maySend(production, migration, internet, 5432)).toBe(true);
    expect(maySend(production, migration, internet, 443)).toBe(false);
    expect(maySend(production, api, pod('temporal'), 7233)).toBe(false);
  });

  test('leave the pods of Temporal as their operator wants them', () => {
    for (const { spec } of production.of('NetworkPolicy')) expect(JSON.stringify(at(spec, 'podSelector'))).not.toContain('"temporal"');
    expect(ownerOf(production, 'Deployment/temporal-api').labels.app).toBe('temporal-api');
  });
});
