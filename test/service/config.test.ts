import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProblems, readConfig } from '../../service/config';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterpart-config-'));
  mkdirSync(join(folder, 'config'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (stage: string, content: unknown): void =>
  writeFileSync(join(folder, 'config', `${stage}.json`), typeof content === 'string' ? content : JSON.stringify(content));

const problemsOf = (environment: Record<string, string>) => {
  const decoded = readConfig(environment, folder);
  return decoded.ok ? [] : decoded.problems;
};

const parts = { DB_HOST: 'db', DB_NAME: 'app', DB_USERNAME: 'api', DB_PASSWORD: 'hidden' };

test('the file of the stage is read, and the environment beats it', () => {
  file('staging', { server: { port: 4000 }, cache: { ttl: 60 } });
  file('production', { cache: { ttl: 90 } });
  expect(readConfig({ NODE_ENV: 'staging', PORT: '5000', ...parts }, folder)).toMatchObject({
    ok: true,
    config: { server: { port: 5000 }, cache: { ttl: 60 } },
  });
});

test('no file is fine', () => {
  expect(problemsOf({})).toEqual([]);
});

test.each([
  ['text that is not JSON', '{ "secret": "hunter2", }'],
  ['JSON that is not an object', '[]'],
])('%s is told with the name of the file and none of its text', (got, content) => {
  file('development', content);
  const problems = problemsOf({});
  expect(problems).toMatchObject([{ where: join('config', 'development.json'), got }]);
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});

test('a file that cannot be read is a problem', () => {
  mkdirSync(join(folder, 'config', 'development.json'));
  expect(problemsOf({})).toMatchObject([{ got: 'a file that cannot be read (EISDIR)' }]);
});

test('a stage that does not exist names no file', () => {
  expect(problemsOf({ NODE_ENV: '../../etc/passwd', ...parts }).map(({ where }) => where)).toEqual(['NODE_ENV']);
});

test.each(['staging', 'production'])('%s needs a database', (stage) => {
  expect(problemsOf({ NODE_ENV: stage })).toMatchObject([{ where: 'DATABASE_URL or DB_*', got: 'nothing' }]);
});

test('a database in parts needs all of them, but for those with a default', () => {
  expect(problemsOf(parts)).toEqual([]);
  expect(problemsOf({ DB_HOST: 'db', DB_USERNAME: 'api' }).map(({ where }) => where)).toEqual(['DB_NAME', 'DB_PASSWORD']);
});

test('parts may come from the file, but for the password', () => {
  file('production', { database: { host: 'db', name: 'app', user: 'api' } });
  expect(problemsOf({ NODE_ENV: 'production', DB_PASSWORD: 'hidden' })).toEqual([]);
});

test('a server named in two ways is refused', () => {
  expect(problemsOf({ ...parts, DATABASE_URL: 'postgresql://db/app' })).toMatchObject([{ got: 'two ways to say where the database is' }]);
  expect(problemsOf({ REDIS_HOST: 'a', REDIS_URL: 'redis://b' })).toMatchObject([{ got: 'two ways to say where the cache is' }]);
});

test('a password left beside a URL is not a second way', () => {
  expect(
    problemsOf({ DATABASE_URL: 'postgresql://db/app', DB_PASSWORD: 'hidden', REDIS_URL: 'redis://b', REDIS_PASSWORD: 'hidden' }),
  ).toEqual([]);
});

test('Redis needs no password, but a password needs a Redis', () => {
  expect(problemsOf({ REDIS_HOST: 'cache' })).toEqual([]);
  expect(problemsOf({ REDIS_PASSWORD: 'hidden' })).toMatchObject([{ where: 'REDIS_HOST' }]);
});

test('tasks without tokens are refused: they would belong to nobody', () => {
  expect(problemsOf({ FEATURES: 'tasks' })).toMatchObject([{ where: 'FEATURES', allowed: 'tasks together with a feature auth.…' }]);
  expect(problemsOf({ FEATURES: 'tasks,auth.betterAuth', BETTER_AUTH_SECRET: 'k'.repeat(32) })).toEqual([]);
});

test('members without accounts, and two that sign for one issuer, are refused', () => {
  const keys = { JWT_SECRET: 'k'.repeat(32), JWT_REFRESH_SECRET: 'r'.repeat(32), BETTER_AUTH_SECRET: 'b'.repeat(32) };
  expect(problemsOf({ ...keys, FEATURES: 'users,auth.betterAuth' })).toMatchObject([{ allowed: 'users together with auth.local' }]);
  expect(problemsOf({ ...keys, FEATURES: 'auth.local,auth.betterAuth' })).toMatchObject([{ allowed: 'auth.local or auth.betterAuth' }]);
  expect(problemsOf({ ...keys, FEATURES: 'users,auth.local' })).toEqual([]);
});

test('a process must have time to end after it has drained', () => {
  expect(problemsOf({ SHUTDOWN_DRAIN_MS: '5000', SHUTDOWN_TIMEOUT_MS: '5000' })).toMatchObject([
    { where: 'SHUTDOWN_TIMEOUT_MS', got: '5000', allowed: 'more than SHUTDOWN_DRAIN_MS (5000)' },
  ]);
});

test('the text for people has one line a problem: where, got, allowed, fix', () => {
  expect(describeProblems(problemsOf({ PORT: 'x' }))).toBe(
    ['The configuration has 1 problem:', '  PORT: got "x"; allowed: a whole number. Port of the API', ''].join('\n'),
  );
});
