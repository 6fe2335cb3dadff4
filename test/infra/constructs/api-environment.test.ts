import { madeUpValue } from '../../../infra/model/made-up';
import { apiVariables } from '../../../infra/model/variables';
import { decode } from '../../../service/contract/decode';
import { containerOf, type FullContainer, variablesOf } from '../support/pods';
import { at, deployableOf, everywhere, named, objectsOf, synthesized } from '../support/synthesized';

const apiOf = (...parameters: Parameters<typeof synthesized>): FullContainer => {
  const objects = synthesized(...parameters);
  return containerOf(objects, `Deployment/${objects.of('Deployment')[0]?.metadata.name}`);
};

describe('the environment of itellico-api in production', () => {
  const variables = variablesOf(apiOf('production', 'itellico-api'));

  test('has the plain values of the guide, as they stand there', () => {
    expect(variables).toMatchObject({
      NODE_ENV: 'production',
      PORT: '3001',
      CORS_ORIGINS: 'https://app.itellico.com,https://itellico.com',
      TEMPORAL_ADDRESS: 'temporal:7233',
      TEMPORAL_NAMESPACE: 'default',
      S3_ENDPOINT: 'https://eu-central-1.s3.hetzner.com',
      S3_BUCKET: 'itellico-uploads',
      MAIL_HOST: 'mailpit',
      MAIL_PORT: '1025',
      LOG_LEVEL: 'info',
      ENABLE_SWAGGER: 'true',
      ENABLE_METRICS: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4317',
    });
  });

  test('says that the collector on 4317 speaks gRPC', () => {
    expect(variables.OTEL_EXPORTER_OTLP_PROTOCOL).toBe('grpc');
  });

  test('takes every password and key from the secret and key of the guide', () => {
    expect(variables).toMatchObject({
      DATABASE_URL: 'secret api-secrets/database-url',
      REDIS_URL: 'secret api-secrets/redis-url',
      JWT_SECRET: 'secret api-secrets/jwt-secret',
      JWT_REFRESH_SECRET: 'secret api-secrets/jwt-refresh-secret',
      RABBITMQ_URL: 'secret api-secrets/rabbitmq-url',
      S3_ACCESS_KEY: 'secret api-secrets/s3-access-key',
      S3_SECRET_KEY: 'secret api-secrets/s3-secret-key',
    });
  });

  test('starts without the keys of Mailgun and Stripe', () => {
    expect(variables).toMatchObject({
      MAILGUN_API_KEY: 'secret api-secrets/mailgun-api-key (optional)',
      MAILGUN_DOMAIN: 'secret api-secrets/mailgun-domain (optional)',
      STRIPE_SECRET_KEY: 'secret api-secrets/stripe-secret-key (optional)',
      STRIPE_WEBHOOK_SECRET: 'secret api-secrets/stripe-webhook-secret (optional)',
    });
  });

  test('opens 5 to 20 connections to the database', () => {
    expect(variables).toMatchObject({ DATABASE_POOL_MIN: '5', DATABASE_POOL_MAX: '20' });
  });

  test('leaves CORS to the edge, which answers it there', () => {
    expect(variables.CORS_OWNER).toBe('edge');
  });
});

test('staging of itellico-api says staging, not production', () => {
  expect(variablesOf(apiOf('staging', 'itellico-api')).NODE_ENV).toBe('staging');
});

test('development of itellico-api asks for no server but database and cache', () => {
  const names = Object.keys(variablesOf(apiOf('development', 'itellico-api')));
  expect(names.filter((name) => /^(RABBITMQ|TEMPORAL|S3|MAIL|OTEL|STRIPE)/.test(name))).toEqual([]);
});

test('rest-api answers CORS itself, since a load balancer of AWS cannot', () => {
  expect(named(synthesized('production', 'rest-api'), 'ConfigMap', 'api-config')).toMatchObject({ data: { CORS_OWNER: 'service' } });
});

test('rest-api reads plain variables from api-config by key and secret ones from api-secrets by name', () => {
  const variables = variablesOf(apiOf('production', 'rest-api'));
  const secret = ['DB_PASSWORD', 'REDIS_PASSWORD', 'JWT_SECRET', 'JWT_REFRESH_SECRET', 'ENCRYPTION_KEY'];
  expect(Object.keys(variables)).toEqual(expect.arrayContaining([...secret, 'NODE_ENV', 'DB_HOST', 'REDIS_HOST', 'JWT_EXPIRES_IN']));
  for (const [name, from] of Object.entries(variables).filter(([, from]) => !from.endsWith(' (optional)'))) {
    expect(from).toBe(secret.includes(name) ? `secret api-secrets/${name}` : `config api-config/${name}`);
  }
});

test('rest-api in production has the values of its guide', () => {
  expect(at(named(synthesized('production', 'rest-api'), 'ConfigMap', 'api-config'), 'data')).toMatchObject({
    NODE_ENV: 'production',
    PORT: '3000',
    DB_PORT: '5432',
    DB_NAME: 'rest_api_db',
    REDIS_PORT: '6379',
    JWT_EXPIRES_IN: '15m',
    JWT_ISSUER: 'rest-api',
    JWT_AUDIENCE: 'api-users',
    LOG_LEVEL: 'info',
    ENABLE_REQUEST_LOGGING: 'true',
    RATE_LIMIT_WINDOW_MS: '900000',
    RATE_LIMIT_MAX_REQUESTS: '100',
    AUTH_RATE_LIMIT_MAX: '10',
    MAX_FILE_SIZE: '10485760',
  });
});

test('rest-api in development finds its servers by the Service names of the guide', () => {
  expect(at(named(synthesized('development', 'rest-api'), 'ConfigMap', 'api-config'), 'data')).toMatchObject({
    NODE_ENV: 'development',
    DB_HOST: 'postgres-service',
    REDIS_HOST: 'redis-service',
  });
});

test.each(everywhere)('the service in %s can decode what %s gives it', (environment, system) => {
  const deployable = deployableOf(environment, system);
  const objects = objectsOf(deployable);
  const data = Object.assign({}, ...objects.of('ConfigMap').map((map) => at<Record<string, string>>(map, 'data')));
  // Only the store knows what stands in a secret, so made-up values take its place.
  const secret = apiVariables(deployable).flatMap((variable) =>
    'secret' in variable ? [[variable.name, madeUpValue(deployable, variable.composition, variable.name)]] : [],
  );
  const plain = Object.entries(variablesOf(apiOf(environment, system)))
    .filter(([, from]) => !from.startsWith('secret '))
    .map(([name, from]) => [name, from.startsWith('config ') ? data[name] : from]);
  const file = data[`${environment}.json`];
  const decoded = decode(Object.fromEntries([...plain, ...secret]), file && JSON.parse(file));
  expect(decoded).toMatchObject({ ok: true, config: { environment, features: deployable.system.features } });
});
