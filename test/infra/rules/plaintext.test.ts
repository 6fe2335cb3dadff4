import { plaintext } from '../../../infra/rules/plaintext';
import { deployment, findingsIn, object } from '../support/small-objects';
import { itellicoApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

const withVariable = (name: string, value: string) =>
  worldOf([itellicoApi], 'production', (objects) => {
    containerOf(find(objects, 'Deployment', 'api')).env.push({ name, value });
    return objects;
  });

const variable = (name: string, value: string) => findingsIn(plaintext, deployment('web', { container: { env: [{ name, value }] } }));

describe('SECRET-PLAINTEXT', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(plaintext, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a literal under the name of a secret, and hides it', () => {
    const findings = findingsOf(plaintext, withVariable('STRIPE_SECRET_KEY', 'sk_live_51H8'));
    expect(findings).toEqual([
      {
        at: 'itellico-mono',
        path: 'Deployment/api env STRIPE_SECRET_KEY',
        got: 'a literal under the name of a secret (hidden)',
        allowed: 'a reference to a key of a Secret',
        fix: 'Refer to the key; in a stack say it under secrets, or as the secret of a dependency.',
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain('sk_live');
  });

  test('finds a password in a URL, wherever it stands, and hides it', () => {
    const url = 'postgresql://api:tr0ub4dor@db:5432/mono';
    const config = object('ConfigMap', 'settings', { data: { 'app.json': JSON.stringify({ database: { url } }) } });
    const findings = [
      ...findingsOf(plaintext, withVariable('DATABASE_URL', url)),
      ...findingsIn(plaintext, config),
      ...findingsIn(plaintext, deployment('web', { container: { args: ['--cache', 'redis://:tr0ub4dor@redis:6379'] } })),
    ];
    expect(findings.map(({ path, got }) => `${path}: ${got}`)).toEqual([
      'Deployment/api env DATABASE_URL: a URL with a password (hidden)',
      'ConfigMap/settings app.json: a URL with a password (hidden)',
      'Deployment/web web arguments: a URL with a password (hidden)',
    ]);
    expect(JSON.stringify(findings)).not.toContain('tr0ub4dor');
  });

  test('finds a value in a Secret that everybody can guess, plain or in base64', () => {
    const weak = object('Secret', 'api', {
      stringData: { 'jwt-secret': 'your-super-secret-key' },
      data: { password: Buffer.from('change-me').toString('base64') },
    });
    expect(findingsIn(plaintext, weak)).toEqual(
      ['jwt-secret', 'password'].map((key) => ({
        at: 'shop',
        path: `Secret/api ${key}`,
        got: 'a value out of a guide (hidden)',
        allowed: 'a value that nobody can guess, from a secret store',
        fix: 'Make a new one, put it into the store, and let an ExternalSecret fetch it.',
      })),
    );
    const known = object('Secret', 'api', { stringData: { 'database-url': 'postgresql://developer:password@db:5432/mono' } });
    expect(findingsIn(plaintext, known)).toHaveLength(1);
    const strong = { 'jwt-secret': '9f86d081884c7d65', 'database-url': 'postgresql://api:9f86d081884c7d65@db:5432/mono' };
    expect(findingsIn(plaintext, object('Secret', 'api', { stringData: strong }))).toEqual([]);
  });

  test.each(['DB_PASSWORD', 'jwt-secret', 'auth.token', 'S3_ACCESS_KEY', 'ENCRYPTION_KEY', 'mailgun_api_key', 'PGPASSWORD'])(
    'knows that %s promises a secret',
    (name) => {
      expect(variable(name, 'correct-horse')).toHaveLength(1);
      expect(findingsIn(plaintext, object('ConfigMap', 'settings', { data: { [name]: 'correct-horse' } }))).toHaveLength(1);
    },
  );

  test('looks into init containers and Jobs', () => {
    const env = [
      { name: 'PGUSER', value: 'x' },
      { name: 'DB_PASSWORD', value: 'correct-horse' },
    ];
    const pod = { pod: { initContainers: [{ name: 'init', image: 'web:1', env }] } };
    expect(findingsIn(plaintext, deployment('web', pod))).toMatchObject([{ path: 'Deployment/web env DB_PASSWORD' }]);
  });

  test.each([
    ['JWT_EXPIRES_IN', '15m'],
    ['TOKEN_TTL', '3600'],
    ['REQUIRE_TOKEN', 'true'],
    ['MAX_TOKEN', '4096'],
    ['POSTGRES_PASSWORD_FILE', '/run/secrets/password'],
    ['TLS_PRIVATE_KEY', '/etc/tls/tls.key'],
    ['DB_PASSWORD', '$(PGPASSWORD)'],
    ['DB_PASSWORD', ''],
    ['DATABASE_URL', 'postgresql://api:$(DB_PASSWORD)@db:5432/mono'],
    ['DATABASE_URL', `postgresql://api:\${DB_PASSWORD}@db:5432/mono`],
    ['DATABASE_URL', 'postgresql://api:{{ .password | urlquery }}@db:5432/mono'],
    ['DATABASE_URL', 'postgresql://api@db:5432/mono'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4317/a@b'],
    ['CORS_ORIGINS', 'https://app.example.com'],
  ])('says nothing of %s=%s', (name, value) => {
    expect(variable(name, value)).toEqual([]);
  });

  test('takes a number that YAML left without quotes for text', () => {
    const env = [{ name: 'DB_PASSWORD', value: 123456789 }];
    expect(findingsIn(plaintext, deployment('web', { container: { env } }))).toHaveLength(1);
  });
});
