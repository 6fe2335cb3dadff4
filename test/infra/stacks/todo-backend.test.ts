import type { EnvironmentName } from '../../../infra/environments';
import { composed, environmentOf, secretKeys } from '../support/environment';
import { type Endpoint, mayConnect, mayReceive, maySend } from '../support/network';
import { containerOf, ownerOf, specOf } from '../support/pods';
import { at, named, synthesized } from '../support/synthesized';

const environments = {
  development: synthesized('development', 'todo-backend'),
  staging: synthesized('staging', 'todo-backend'),
  production: synthesized('production', 'todo-backend'),
};
const { development, staging, production } = environments;
const all = Object.entries(environments) as [EnvironmentName, typeof production][];

const app = 'todo-chatbot-backend';
const release = { 'app.kubernetes.io/name': 'todo-chatbot', 'app.kubernetes.io/instance': 'todo-chatbot' };
const selector = { ...release, 'app.kubernetes.io/component': 'backend' };
const api: Endpoint = { labels: selector };
const frontend: Endpoint = { labels: { ...release, 'app.kubernetes.io/component': 'frontend' } };
const migration: Endpoint = { labels: { app: `${app}-migrate` } };
const internet: Endpoint = { address: '203.0.113.7' };

describe.each(all)('in %s', (environment, objects) => {
  const container = containerOf(objects, `Deployment/${app}`);

  test('everything has the name of the chart and the standard labels, with component backend', () => {
    const namespace = environment === 'production' ? 'todo-chatbot' : `todo-chatbot-${environment}`;
    for (const [kind, name] of [
      ['Deployment', app],
      ['Service', app],
      ['ConfigMap', `${app}-config`],
      ['ServiceAccount', app],
    ] as const) {
      expect(named(objects, kind, name).metadata).toMatchObject({ namespace, labels: selector });
    }
    expect(ownerOf(objects, `Deployment/${app}`).labels).toMatchObject(selector);
    expect(at(named(objects, 'Deployment', app), 'spec.selector.matchLabels')).toEqual(selector);
    expect(at(named(objects, 'Service', app), 'spec.selector')).toEqual(selector);
  });

  test('the parameters have the defaults of the guide: 2 replicas, 1 more in a rollout, 500m and 512Mi to 1000m and 1Gi', () => {
    expect(named(objects, 'Deployment', app).spec).toMatchObject({
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect(container).toMatchObject({
      name: 'backend',
      image: 'ghcr.io/counterpart/todo-chatbot-backend:0.1.0',
      imagePullPolicy: 'IfNotPresent',
      resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1000m', memory: '1Gi' } },
    });
    expect(container.ports?.[0]).toEqual({ name: 'http', containerPort: 8000, protocol: 'TCP' });
  });

  test('the pods run as 1001, without any capability or way to another user', () => {
    expect(specOf(ownerOf(objects, `Deployment/${app}`)).securityContext).toMatchObject({ runAsUser: 1001, runAsNonRoot: true });
    expect(container.securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
  });

  test('both probes wait 15 s and ask every 10 s; the database decides over traffic, never over restarts', () => {
    const timing = { initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 };
    expect(container).toMatchObject({
      livenessProbe: { httpGet: { path: '/health', port: 'http' }, ...timing },
      readinessProbe: { httpGet: { path: '/api/health', port: 'http' }, ...timing },
    });
  });

  test('the ConfigMap says the stage as ENVIRONMENT, and the level', () => {
    const data = at<object>(named(objects, 'ConfigMap', `${app}-config`), 'data');
    expect(data).toMatchObject({ ENVIRONMENT: environment, LOG_LEVEL: 'info', PORT: '8000', FEATURES: 'auth.betterAuth,tasks' });
    expect(data).not.toHaveProperty('NODE_ENV');
    expect(environmentOf(objects)).toMatchObject({ ...data, DATABASE_POOL_MIN: '1', DATABASE_POOL_MAX: '10' });
  });

  test('the Secret holds DATABASE_URL and BETTER_AUTH_SECRET, that of the migration its URL alone', () => {
    expect(secretKeys(objects, `${app}-secret`)).toEqual(['BETTER_AUTH_SECRET', 'DATABASE_URL']);
    expect(secretKeys(objects, `${app}-migrate-secret`)).toEqual(['DATABASE_URL']);
    expect(environmentOf(objects)).toMatchObject({
      DATABASE_URL: `secret ${app}-secret/DATABASE_URL`,
      BETTER_AUTH_SECRET: `secret ${app}-secret/BETTER_AUTH_SECRET`,
    });
  });

  test('documentation is on, and open to everybody on development alone', () => {
    expect(environmentOf(objects)).toMatchObject({ ENABLE_SWAGGER: 'true', SWAGGER_PUBLIC: String(environment === 'development') });
  });

  test('frontend pods reach 8000 at both ends, and no other pod does', () => {
    expect(mayConnect(objects, frontend, api, 8000)).toBe(true);
    expect(mayReceive(objects, api, { labels: release }, 8000)).toBe(false);
    expect(mayReceive(objects, api, migration, 8000)).toBe(false);
  });
});

test('the key of OpenRouter is optional, and not asked for on development', () => {
  for (const objects of [staging, production]) {
    expect(environmentOf(objects).NEXT_PUBLIC_OPENROUTER_KEY).toBe(`secret ${app}-secret/NEXT_PUBLIC_OPENROUTER_KEY (optional)`);
  }
  expect(environmentOf(development)).not.toHaveProperty('NEXT_PUBLIC_OPENROUTER_KEY');
});

test('development is reached at port 30081 of every node, and from no pod that is not a frontend', () => {
  expect(named(development, 'Service', app).spec).toMatchObject({
    type: 'NodePort',
    ports: [{ name: 'http', port: 8000, targetPort: 'http', nodePort: 30_081 }],
  });
  expect(mayReceive(development, api, { address: '192.168.49.1' }, 8000)).toBe(true);
  expect(mayReceive(development, api, { address: '10.244.3.4' }, 8000)).toBe(false);
});

test.each<[EnvironmentName, string]>([
  ['staging', 'staging.todo.example.com'],
  ['production', 'todo.example.com'],
])('%s is reached by the gateway at %s, and by no port of the nodes', (environment, host) => {
  const objects = environments[environment];
  expect(named(objects, 'Service', app).spec).toMatchObject({ type: 'ClusterIP' });
  expect(at(named(objects, 'HTTPRoute', `${app}-ingress-route`), 'spec.hostnames')).toEqual([host]);
  expect(mayReceive(objects, api, { address: '192.168.49.1' }, 8000)).toBe(false);
});

test.each(['staging', 'production'] as const)('%s connects to Neon, which has to prove who it is', (environment) => {
  const url = composed(environments[environment], `${app}-secret`, 'DATABASE_URL').replace(/\{\{.*\}\}/, '***');
  expect(url).toBe(`postgresql://todo:***@ep-${environment}-a1b2c3.eu-central-1.aws.neon.tech:5432/todo?sslmode=verify-full`);
});

test('production reaches 5432 and 443 outside and nothing else, development its own PostgreSQL alone', () => {
  for (const port of [5432, 443]) expect(maySend(production, api, internet, port)).toBe(true);
  for (const port of [80, 6379, 8000]) expect(maySend(production, api, internet, port)).toBe(false);
  expect(mayConnect(development, api, { labels: { app: 'todo-postgres' } }, 5432)).toBe(true);
  expect(maySend(development, api, internet, 443)).toBe(false);
  expect(maySend(development, api, internet, 5432)).toBe(false);
});
