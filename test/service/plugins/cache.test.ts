import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Kind } from '../../../service/cache/cached';
import { closeApps, testApp } from '../support/app';
import { query, type TestDatabase, testDatabase } from '../support/postgres';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';

jest.setTimeout(60_000);

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(closeApps);

const textsIn = (app: FastifyInstance, kind: Kind = 'default') =>
  app.cache.define<string>({ kind, name: kind, load: async (key) => `loaded ${key}` });

test('a name that is taken is refused, and one that is none, with what is allowed', async () => {
  const { app } = await testApp();
  textsIn(app);
  expect(() => textsIn(app)).toThrow('app.cache.define: got the name "default"; allowed: small letters, digits and hyphens');
  for (const name of ['', 'Task', 'task:1', '*']) {
    expect(() => app.cache.define({ kind: 'default', name, load: async () => null })).toThrow(`got the name ${JSON.stringify(name)}`);
  }
});

test('a loader gets what the reader gives it beside the key', async () => {
  const { app } = await testApp();
  const load = jest.fn(async (key: string, scope: { organization: string }) => `${scope.organization} ${key}`);
  const texts = app.cache.define<string, { organization: string }>({ kind: 'tenant', name: 'text', load });
  expect(await texts.get('a', { organization: 'one' })).toBe('one a');
  expect(await texts.get('a', { organization: 'one' })).toBe('one a');
  expect(load).toHaveBeenCalledTimes(1);
});

test.each([
  ['the cache is switched off', { ENABLE_CACHE: 'false' }],
  ['its kind lives for 0 seconds', { CACHE_TTL_USER: '0' }],
])('every read loads when %s', async (_when, given) => {
  const { app } = await testApp(given);
  const load = jest.fn(async () => 'loaded');
  const texts = app.cache.define<string>({ kind: 'user', name: 'text', load });
  await texts.put('a', 'put');
  await texts.forget('a');
  expect(await Promise.all([texts.get('a'), texts.get('a')])).toEqual(['loaded', 'loaded']);
  expect(load).toHaveBeenCalledTimes(2);
  expect(app.cache.reads.get('text')).toEqual({ hit: 0, miss: 2 });
});

test('hits and misses are counted by name', async () => {
  const { app } = await testApp();
  const texts = textsIn(app, 'user');
  for (const key of ['a', 'a', 'a', 'b']) await texts.get(key);
  const text = await app.metrics.metrics();
  expect(text).toContain('cache_requests_total{name="user",result="hit"} 2\ncache_requests_total{name="user",result="miss"} 2\n');
  expect(text).toContain('cache_requests_total{name="task",result="hit"} 0\n');
  expect(await app.metrics.metrics()).toContain('cache_requests_total{name="user",result="hit"} 2\n');
});

(hasRedis ? describe : describe.skip)('in Redis', () => {
  let redis: TestRedis;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'counterpart-redis-'));
    redis = await testRedis(folder);
  });
  afterEach(async () => {
    await closeApps();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const inParts = () => ({
    DATABASE_URL: database.applicationUrl,
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: String(redis.port),
    REDIS_PASSWORD: 'p@ss/word',
  });

  const connected = async (given: Record<string, string>) => {
    const service = await testApp(given);
    while ((service.app.redis?.status as string) !== 'ready') await sleep(10);
    return service;
  };

  test('values are shared by two processes under one prefix', async () => {
    const one = await connected({ ...inParts(), REDIS_PREFIX: 'designs:' });
    const two = await connected({ DATABASE_URL: database.applicationUrl, REDIS_URL: redis.url, REDIS_PREFIX: 'designs:' });
    const other = await connected({ ...inParts(), REDIS_PREFIX: 'other:' });
    const [here, there, elsewhere] = [textsIn(one.app), textsIn(two.app), textsIn(other.app)];
    await here.put('a', 'put');
    expect([await there.get('a'), await elsewhere.get('a')]).toEqual(['put', 'loaded a']);
  });

  test('a value lives as long as its kind, whether put or loaded', async () => {
    const { app } = await connected({ ...inParts(), REDIS_TTL: '600', CACHE_TTL_PERMISSIONS: '900' });
    const lifetimes = { default: 600, user: 3_600, tenant: 7_200, permissions: 900, config: 86_400 };
    for (const [kind, lifetime] of Object.entries(lifetimes)) {
      const texts = textsIn(app, kind as Kind);
      await texts.put('put', 'put');
      await texts.get('loaded');
      for (const key of ['put', 'loaded']) {
        const left = Number(await app.redis?.ttl(`cache:${kind}:${key}`));
        expect([left <= lifetime, left > lifetime - 60]).toEqual([true, true]);
      }
    }
  });

  test('limits count over all processes', async () => {
    const environment = { ...inParts(), RATE_LIMIT_MAX_REQUESTS: '2' };
    const [one, two] = [await connected(environment), await connected(environment)];
    const statuses = [one, two, one, two].map(async ({ app }) => (await app.inject({ url: '/a' })).statusCode);
    expect((await Promise.all(statuses)).sort()).toEqual([404, 404, 429, 429]);
  });

  test('readiness shows it', async () => {
    const { app } = await connected(inParts());
    const response = await app.inject({ url: '/health/ready' });
    expect([response.statusCode, response.json().checks]).toEqual([200, { database: 'OK', redis: 'OK' }]);
  });

  test('when it goes away, everything is answered as if nothing were cached, and it comes back by itself', async () => {
    const service = await connected({ ...inParts(), RATE_LIMIT_MAX_REQUESTS: '100' });
    const { app, as, lines } = service;
    const headers = as('ada');
    const { id } = (await app.inject({ method: 'POST', url: '/api/tasks', headers, payload: { title: 'Kept' } })).json();
    const read = () => app.inject({ url: `/api/tasks/${id}`, headers });
    expect((await read()).statusCode).toBe(200);

    await redis.stop();
    while ((app.redis?.status as string) === 'ready') await sleep(10);
    await query(database.ownerUrl, `UPDATE tasks SET title = 'From the database' WHERE id = $1`, [id]);
    expect((await read()).json()).toMatchObject({ title: 'From the database' });
    const ready = await app.inject({ url: '/ready' });
    expect([ready.statusCode, ready.json().checks]).toEqual([200, { database: 'OK', redis: 'FAILED' }]);

    const changed = await app.inject({ method: 'PATCH', url: `/api/tasks/${id}`, headers, payload: { title: 'Changed' } });
    expect(changed.statusCode).toBe(200);

    await redis.start();
    while ((app.redis?.status as string) !== 'ready') await sleep(10);
    const other = await connected(inParts());
    const title = async () => (await other.app.inject({ url: `/api/tasks/${id}`, headers })).json().title;
    while ((await title()) === 'Kept') await sleep(10);
    expect(await title()).toBe('Changed');

    const next = (await app.inject({ method: 'POST', url: '/api/tasks', headers, payload: { title: 'Kept again' } })).headers.location;
    const readNext = async (by: typeof app) => (await by.inject({ url: next as string, headers })).json().title;
    expect(await readNext(app)).toBe('Kept again');
    await query(database.ownerUrl, `DELETE FROM tasks WHERE title = 'Kept again'`);
    expect([await readNext(app), await readNext(other.app)]).toEqual(['Kept again', 'Kept again']);
    const told = lines.filter(({ component }) => component === 'cache').map(({ msg }) => msg);
    expect(told).toEqual(['redis connected', 'redis unreachable', 'redis recovered']);
    expect(JSON.stringify(lines)).not.toContain('p@ss');
  });

  test('away from the start, it stops nothing', async () => {
    await redis.stop();
    const { app, as } = await testApp(inParts());
    expect((await app.inject({ url: '/api/tasks', headers: as('ada') })).statusCode).toBe(200);
  });
});
