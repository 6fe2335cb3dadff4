import { containersOf } from '../../../infra/rules/objects';
import { environmentOf } from '../support/environment';
import { variablesOf } from '../support/pods';
import { at, everywhere, named, type SystemName, synthesized } from '../support/synthesized';

const template = (objects: ReturnType<typeof synthesized>, name: string) =>
  at<Record<string, string>>(named(objects, 'ExternalSecret', name), 'spec.target.template.data');

const itellico = synthesized('production', 'itellico-api');
const development = synthesized('development', 'itellico-api');

test('the store gives passwords alone; every URL is composed around them, escaped', () => {
  expect(template(itellico, 'api-secrets')).toEqual({
    'database-url': 'postgresql://api:{{ .database_password | urlquery | replace "+" "%20" }}@postgresql-pooler:5432/mono?sslmode=require',
    'redis-url': 'redis://:{{ .cache_password | urlquery | replace "+" "%20" }}@redis:6379/0',
    'rabbitmq-url': 'amqp://api:{{ .queue_password | urlquery | replace "+" "%20" }}@rabbitmq:5672',
    'jwt-secret': '{{ .jwt_secret }}',
    'jwt-refresh-secret': '{{ .jwt_refresh_secret }}',
    's3-access-key': '{{ .s3_access_key }}',
    's3-secret-key': '{{ .s3_secret_key }}',
  });
});

test('optional values are fetched apart and merged, and one that the store lacks is left out', () => {
  const optional = named(itellico, 'ExternalSecret', 'api-secrets-optional');
  expect(at(optional, 'spec.target.template.templateFrom.0.literal')).toBe(
    ['mailgun-api-key', 'mailgun-domain', 'stripe-secret-key', 'stripe-webhook-secret']
      .map((key) => `{{ with index . "${key}" }}${key}: {{ . | quote }}{{ end }}\n`)
      .join(''),
  );
  expect(at(optional, 'spec.dataFrom')).toEqual([{ extract: { key: 'itellico-api/production' } }]);
  expect(optional.metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-wave': '3' });
  expect(at(named(itellico, 'ExternalSecret', 'api-secrets-optional'), 'spec.target')).toMatchObject({
    name: 'api-secrets',
    creationPolicy: 'Merge',
  });
});

test('the keys of rest-api have the names of its guide', () => {
  const keys = Object.keys(template(synthesized('production', 'rest-api'), 'api-secrets'));
  expect(keys.sort()).toEqual(['DB_PASSWORD', 'ENCRYPTION_KEY', 'JWT_REFRESH_SECRET', 'JWT_SECRET', 'REDIS_PASSWORD']);
});

test.each(['production', 'staging'] as const)('%s keeps a fetched secret when its source goes, and asks again by itself', (environment) => {
  const fetched = synthesized(environment, 'itellico-api').of('ExternalSecret');
  expect(fetched.length).toBeGreaterThan(0);
  for (const secret of fetched) {
    expect(secret).toMatchObject({
      apiVersion: 'external-secrets.io/v1',
      spec: {
        refreshPolicy: 'Periodic',
        refreshInterval: '1h',
        secretStoreRef: { kind: 'ClusterSecretStore', name: 'platform' },
        target: { deletionPolicy: 'Retain' },
      },
    });
  }
});

test('each system of each environment reads its own entry of the store', () => {
  const keys = everywhere
    .filter(([environment]) => environment !== 'development')
    .map(([environment, system]) => {
      const data = synthesized(environment, system)
        .of('ExternalSecret')
        .flatMap((secret) => at<{ remoteRef: { key: string } }[]>(secret, 'spec.data') ?? []);
      return [...new Set(data.map(({ remoteRef }) => remoteRef.key))];
    });
  const systems = ['itellico-api', 'pet-backend', 'rest-api', 'temporal-api', 'todo-backend'];
  expect(keys).toEqual(['staging', 'production'].flatMap((environment) => systems.map((system) => [`${system}/${environment}`])));
});

test.each(everywhere)('%s of %s asks the store for no name that its templates do not use, and uses none it did not ask for', (...where) => {
  for (const secret of synthesized(...where).of('ExternalSecret')) {
    if (at(secret, 'spec.dataFrom')) continue;
    const asked = at<{ secretKey: string }[]>(secret, 'spec.data').map(({ secretKey }) => secretKey);
    const texts = Object.values(at<Record<string, string>>(secret, 'spec.target.template.data'));
    const used = texts.flatMap((text) => [...text.matchAll(/\{\{ \.(\w+)/g)].map(([, name]) => name));
    expect(new Set(asked)).toEqual(new Set(used));
  }
});

test('the Secrets that PostgreSQL reads have the form that its operator asks for', () => {
  for (const [name, username] of [
    ['postgresql-application', 'api'],
    ['postgresql-owner', 'api_owner'],
  ] as const) {
    expect(at(named(itellico, 'ExternalSecret', name), 'spec.target.template')).toMatchObject({
      type: 'kubernetes.io/basic-auth',
      data: { username },
    });
  }
});

test('a made-up URL on development logs into the server with the password that the server has', () => {
  const url = at<Record<string, string>>(named(development, 'Secret', 'api-secrets'), 'stringData')['database-url'] ?? '';
  const owner = at<Record<string, string>>(named(development, 'Secret', 'api-migrate-secrets'), 'stringData')['database-url'] ?? '';
  const server = at<Record<string, string>>(named(development, 'Secret', 'postgresql-passwords'), 'stringData');
  expect(new URL(url)).toMatchObject({ username: 'api', password: server.application, hostname: 'postgresql', pathname: '/mono' });
  expect(new URL(owner)).toMatchObject({ username: 'api_owner', password: server.owner });
});

test('no two made-up values are the same, and each is long enough for a key', () => {
  const { superuser, owner, application } = at<Record<string, string>>(named(development, 'Secret', 'postgresql-passwords'), 'stringData');
  const keys = at<Record<string, string>>(named(development, 'Secret', 'api-secrets'), 'stringData');
  const values = [superuser, owner, application, keys['jwt-secret'], keys['jwt-refresh-secret']];
  expect(new Set(values).size).toBe(5);
  for (const value of values) expect(value).toMatch(/^[0-9a-f]{64}$/);
});

test('a key before a rotation is a secret like any other, and optional: it is there for a while', () => {
  const previous = { JWT_SECRET_PREVIOUS: { secret: 'api-secrets', key: 'jwt-secret-previous', optional: true } };
  const objects = synthesized('production', 'itellico-api', { secrets: previous });
  expect(environmentOf(objects).JWT_SECRET_PREVIOUS).toBe('secret api-secrets/jwt-secret-previous (optional)');
  expect(at(named(objects, 'ExternalSecret', 'api-secrets-optional'), 'spec.target.template.templateFrom.0.literal')).toContain(
    '"jwt-secret-previous"',
  );
  expect(template(objects, 'api-secrets')).not.toHaveProperty('jwt-secret-previous');
});

test('development has no value for optional secrets', () => {
  const optional = { MAILGUN_API_KEY: { secret: 'api-secrets', key: 'mailgun-api-key', optional: true } };
  const objects = synthesized('development', 'itellico-api', { secrets: optional });
  expect(at(named(objects, 'Secret', 'api-secrets'), 'stringData')).not.toHaveProperty('mailgun-api-key');
});

/** The Secret that each guide names, and the one of the role that migrates. */
const secretNames: Record<SystemName, { application: string; owner: string }> = {
  'itellico-api': { application: 'api-secrets', owner: 'api-migrate-secrets' },
  'pet-backend': { application: 'backend-secrets', owner: 'backend-migrate-secrets' },
  'rest-api': { application: 'api-secrets', owner: 'api-migrate-secrets' },
  'temporal-api': { application: 'temporal-api-secrets', owner: 'temporal-api-migrate-secrets' },
  'todo-backend': { application: 'todo-chatbot-backend-secret', owner: 'todo-chatbot-backend-migrate-secret' },
};

test.each(everywhere)('no workload of %s %s is given the credentials of the other role', (...where) => {
  const { application, owner } = secretNames[where[1]];
  for (const { object, spec } of synthesized(...where).pods.filter(({ object: { kind } }) => kind !== 'StatefulSet')) {
    const read = spec.containers.flatMap((container) =>
      Object.values(variablesOf(container)).flatMap((from) => /^secret ([^/]+)/.exec(from)?.[1] ?? []),
    );
    expect(new Set(read)).toEqual(new Set([object.kind === 'Job' ? owner : application]));
  }
});

test.each(everywhere)('every secret variable of %s %s names a Secret and a key that its file makes', (...where) => {
  const objects = synthesized(...where);
  const made = new Set([
    ...objects
      .of('Secret')
      .flatMap((secret) => Object.keys(at(secret, 'stringData')).map((key) => `secret ${secret.metadata.name}/${key}`)),
    ...objects.of('ExternalSecret').flatMap((secret) => {
      const { name, template: content } = at<{ name: string; template: { data?: object; templateFrom?: { literal: string }[] } }>(
        secret,
        'spec.target',
      );
      const literal = content.templateFrom?.[0]?.literal ?? '';
      const keys = [...Object.keys(content.data ?? {}), ...[...literal.matchAll(/\}\}([\w-]+): /g)].map(([, key]) => key)];
      return keys.map((key) => `secret ${name}/${key}`);
    }),
  ]);
  const wanted = objects.pods.flatMap((owner) => containersOf(owner).flatMap((container) => Object.values(variablesOf(container))));
  const missing = wanted.filter((from) => from.startsWith('secret ')).filter((from) => !made.has(from.replace(' (optional)', '')));
  expect(missing).toEqual([]);
});

test('the operator notices a changed password of a role, by a label on its Secret', () => {
  for (const name of ['postgresql-application', 'postgresql-owner']) {
    expect(at(named(itellico, 'ExternalSecret', name), 'spec.target.template.metadata.labels')).toEqual({ 'cnpg.io/reload': 'true' });
  }
});
