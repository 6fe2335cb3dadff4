import { entries, entryOf } from '../../../service/contract/catalogue';
import { decode } from '../../../service/contract/decode';

const problemsOf = (environment: Record<string, string>, file?: unknown) => {
  const decoded = decode(environment, file);
  return decoded.ok ? [] : decoded.problems;
};

test('an empty environment gives the defaults', () => {
  expect(decode({})).toMatchObject({ ok: true, config: { environment: 'development', server: { port: 3001 }, cache: { ttl: 300 } } });
});

test.each([
  ['PORT', '0'],
  ['PORT', '8e3'],
  ['PORT', ' 80'],
  ['ENABLE_METRICS', 'yes'],
  ['ENABLE_METRICS', 'TRUE'],
  ['NODE_ENV', 'prod'],
  ['LOG_LEVEL', 'verbose'],
  ['CORS_ORIGINS', '*'],
  ['CORS_ORIGINS', 'https://a.example/path'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', '10.0.0.1'],
  ['JWT_EXPIRES_IN', '900'],
  ['JWT_EXPIRES_IN', '0m'],
  ['DATABASE_URL', 'mysql://db/app'],
  ['FEATURES', 'tasks,teleport'],
  ['HOST', ''],
])('%s=%s is refused with what would be allowed', (where, text) => {
  expect(problemsOf({ [where]: text })).toEqual([
    {
      where,
      got: entryOf(where)?.setting.sensitive ? '(hidden)' : JSON.stringify(text),
      allowed: expect.stringMatching(/./),
      fix: expect.stringMatching(/./),
    },
  ]);
});

test('upper case is fine for the level of the log', () => {
  expect(decode({ LOG_LEVEL: 'INFO' })).toMatchObject({ ok: true, config: { server: { logger: { level: 'info' } } } });
});

test('every problem is told, not only the first', () => {
  const found = problemsOf({ PORT: 'x', METRICS_PORT: 'y', FEATURES: 'auth.local' }).map(({ where }) => where);
  expect(found).toEqual(['PORT', 'METRICS_PORT', 'JWT_SECRET', 'JWT_REFRESH_SECRET or REFRESH_TOKEN_SECRET']);
});

test('the value of a secret is never shown', () => {
  expect(JSON.stringify(problemsOf({ JWT_SECRET: 'hunter2', DATABASE_URL: 'hunter2', ENCRYPTION_KEY: 'hunter2' }))).not.toContain(
    'hunter2',
  );
});

test('two names of one setting at once are refused', () => {
  expect(problemsOf({ CACHE_TTL: '1', REDIS_TTL: '1' })).toEqual([
    { where: 'CACHE_TTL and REDIS_TTL', got: 'two names of one setting', allowed: 'one of them', fix: 'Remove REDIS_TTL.' },
  ]);
});

test('environment beats file, and file beats default', () => {
  const file = { server: { port: 4000, logger: { level: 'warn' } } };
  expect(decode({ PORT: '5000' }, file)).toMatchObject({ config: { server: { port: 5000, logger: { level: 'warn', requests: true } } } });
});

test('a file may hold neither secrets nor names that nobody reads', () => {
  const found = problemsOf({}, { auth: { accessKey: 'k'.repeat(32) }, server: { prot: 1 }, srever: {}, cors: null });
  expect(found.map(({ where }) => where)).toEqual(['auth.accessKey', 'server.prot', 'cors']);
  expect(JSON.stringify(found)).not.toContain('kkkk');
});

test('a feature in the file requires the same as one in the environment', () => {
  expect(problemsOf({}, { features: ['auth.local'] }).map(({ where }) => where)).toContain('JWT_SECRET');
});

const inFile = entries.filter(({ setting }) => !setting.sensitive).map(({ path }) => path);

test.each(inFile)('a file with a value of the wrong type for %s is refused, not crashed on', (path) => {
  const file = path.split('.').reduceRight<unknown>((value, name) => ({ [name]: value }), [{ wrong: true }]);
  expect(problemsOf({}, file).map(({ where }) => where)).toEqual([`${path} (file)`]);
});
