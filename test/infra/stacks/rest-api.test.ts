import type { EnvironmentName } from '../../../infra/environments';
import { environmentOf, secretKeys } from '../support/environment';
import { type Endpoint, mayConnect, mayReceive, maySend } from '../support/network';
import { containerOf, specOf, variablesOf } from '../support/pods';
import { at, named, synthesized } from '../support/synthesized';

const environments = {
  development: synthesized('development', 'rest-api'),
  staging: synthesized('staging', 'rest-api'),
  production: synthesized('production', 'rest-api'),
};
const { development, staging, production } = environments;

const api: Endpoint = { labels: { app: 'api' } };
const pod = (app: string): Endpoint => ({ labels: { app } });

describe('the Deployment', () => {
  const container = containerOf(production, 'Deployment/api-deployment');

  test.each<[EnvironmentName, number]>([
    ['development', 1],
    ['staging', 2],
    ['production', 3],
  ])('is api-deployment behind port 80 of api-service; in %s it has %d pods', (environment, replicas) => {
    const objects = environments[environment];
    expect(named(objects, 'Deployment', 'api-deployment').spec).toMatchObject({ replicas, selector: { matchLabels: { app: 'api' } } });
    expect(at(named(objects, 'Service', 'api-service'), 'spec.ports.0')).toEqual({
      name: 'http',
      port: 80,
      targetPort: 'http',
      protocol: 'TCP',
    });
    expect(containerOf(objects, 'Deployment/api-deployment').ports?.[0]).toMatchObject({ containerPort: 3000 });
  });

  test('has the image, resources and probes of the guide', () => {
    expect(container).toMatchObject({
      image: expect.stringMatching(/^ghcr\.io\/[^/]+\/[^/:]+:0\.1\.0$/),
      resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
      livenessProbe: { httpGet: { path: '/health' }, initialDelaySeconds: 30, periodSeconds: 10 },
      readinessProbe: { httpGet: { path: '/health/ready' }, initialDelaySeconds: 5, periodSeconds: 5 },
    });
  });

  test('writes to /app/logs and to the folder of uploads, which lies below /app', () => {
    const paths = container.volumeMounts?.map(({ mountPath }) => mountPath);
    expect(paths).toEqual(['/tmp', '/app/logs', '/app/uploads']);
    expect(environmentOf(production).UPLOAD_DIRECTORY).toBe('./uploads');
    const { volumes = [] } = specOf(production.pods.find(({ object }) => object.kind === 'Deployment') as never);
    expect(volumes.every(({ emptyDir }) => emptyDir?.sizeLimit)).toBe(true);
  });
});

describe('its environment', () => {
  test.each(['development', 'staging', 'production'] as const)(
    'has the values of the guide in %s, each by its key in api-config',
    (environment) => {
      const objects = environments[environment];
      expect(environmentOf(objects)).toMatchObject({
        NODE_ENV: environment,
        PORT: '3000',
        DB_PORT: '5432',
        DB_NAME: 'rest_api_db',
        DB_USERNAME: 'rest_api',
        REDIS_PORT: '6379',
        JWT_ISSUER: 'rest-api',
        JWT_AUDIENCE: 'api-users',
        JWT_EXPIRES_IN: '15m',
        LOG_LEVEL: environment === 'development' ? 'debug' : 'info',
        ENABLE_REQUEST_LOGGING: 'true',
        ALLOWED_ORIGINS: 'https://app.example.com',
        RATE_LIMIT_WINDOW_MS: '900000',
        RATE_LIMIT_MAX_REQUESTS: '100',
        AUTH_RATE_LIMIT_MAX: '10',
        MAX_FILE_SIZE: '10485760',
        UPLOAD_DIRECTORY: './uploads',
        BCRYPT_SALT_ROUNDS: '12',
        SESSION_TIMEOUT: '86400',
        API_VERSION: 'v1',
      });
      const from = Object.entries(variablesOf(containerOf(objects, 'Deployment/api-deployment')));
      expect(from.filter(([name, text]) => !text.startsWith(`config api-config/${name}`) && !text.startsWith('secret '))).toEqual([]);
    },
  );

  test.each<[EnvironmentName, string, string]>([
    ['development', 'postgres-service', 'redis-service'],
    ['staging', 'rest-api-db.rest-api.us-east-1.rds.amazonaws.com', 'rest-api-redis.rest-api.use1.cache.amazonaws.com'],
    ['production', 'rest-api-db.rest-api.us-east-1.rds.amazonaws.com', 'rest-api-redis.rest-api.use1.cache.amazonaws.com'],
  ])('finds its servers in %s at %s and %s', (environment, database, cache) => {
    const encrypted = environment !== 'development';
    expect(environmentOf(environments[environment])).toMatchObject({
      DB_HOST: database,
      DB_SSLMODE: encrypted ? 'require' : 'disable',
      REDIS_HOST: cache,
      REDIS_TLS: String(encrypted),
    });
  });

  test('takes five passwords and keys from api-secrets, by their own names', () => {
    const keys = ['DB_PASSWORD', 'ENCRYPTION_KEY', 'JWT_REFRESH_SECRET', 'JWT_SECRET', 'REDIS_PASSWORD'];
    for (const objects of Object.values(environments)) {
      expect(secretKeys(objects, 'api-secrets')).toEqual(keys);
      expect(secretKeys(objects, 'api-migrate-secrets')).toEqual(['DB_PASSWORD']);
      for (const key of keys) expect(environmentOf(objects)[key]).toBe(`secret api-secrets/${key}`);
    }
  });

  test('sends mail and reports errors, with keys that may be missing, but not on development', () => {
    for (const objects of [staging, production]) {
      expect(environmentOf(objects)).toMatchObject({
        EMAIL_SERVICE_URL: 'https://mail.example.com',
        EMAIL_API_KEY: 'secret api-secrets/EMAIL_API_KEY (optional)',
        SENTRY_DSN: 'secret api-secrets/SENTRY_DSN (optional)',
      });
    }
    expect(Object.keys(environmentOf(development)).filter((name) => /EMAIL|SENTRY/.test(name))).toEqual([]);
  });
});

describe('its servers on development', () => {
  test('are PostgreSQL and Redis under the names of the guide', () => {
    expect(development.of('StatefulSet').map(({ metadata }) => metadata.name)).toEqual(['postgres-deployment', 'redis']);
    expect(at(named(development, 'PersistentVolumeClaim', 'postgres-pvc'), 'spec')).toEqual({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '20Gi' } },
    });
    expect(containerOf(development, 'StatefulSet/postgres-deployment').resources).toEqual({
      requests: { cpu: '250m', memory: '512Mi' },
      limits: { cpu: '500m', memory: '1Gi' },
    });
  });

  test('are PostgreSQL 15 and Redis 7, each with a tag that does not move', () => {
    expect(containerOf(development, 'StatefulSet/postgres-deployment').image).toBe('postgres:15.14');
    expect(containerOf(development, 'StatefulSet/redis')).toMatchObject({
      image: 'redis:7.4.6',
      resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    });
  });

  test('are reached at both ends', () => {
    expect(mayConnect(development, api, pod('postgres'), 5432)).toBe(true);
    expect(mayConnect(development, api, pod('redis'), 6379)).toBe(true);
    expect(mayReceive(development, pod('redis'), pod('api-migrate'), 6379)).toBe(false);
  });

  test('are there on development alone', () => {
    for (const objects of [staging, production]) expect([...objects.of('StatefulSet'), ...objects.of('PersistentVolumeClaim')]).toEqual([]);
  });
});

test.each<[EnvironmentName, string]>([
  ['staging', 'staging.api.example.com'],
  ['production', 'api.example.com'],
])('%s is reached at %s, by a load balancer of AWS in the public subnets', (environment, host) => {
  const objects = environments[environment];
  expect(named(objects, 'Ingress', 'api-ingress').spec).toMatchObject({ ingressClassName: 'alb', rules: [{ host }] });
  for (const address of ['10.0.1.9', '10.0.2.9']) expect(mayReceive(objects, api, { address }, 3000)).toBe(true);
  for (const address of ['10.0.10.9', '203.0.113.7']) expect(mayReceive(objects, api, { address }, 3000)).toBe(false);
});

test('production reaches its servers in the private subnets alone', () => {
  for (const port of [5432, 6379]) {
    expect(maySend(production, api, { address: '10.0.10.9' }, port)).toBe(true);
    expect(maySend(production, api, { address: '203.0.113.7' }, port)).toBe(false);
  }
});
