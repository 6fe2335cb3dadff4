import { setTimeout as sleep } from 'node:timers/promises';
import { memoryCache } from '../../../service/cache/memory';
import { closeApps, configOf, testApp } from '../support/app';
import { query, type TestDatabase, testDatabase } from '../support/postgres';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';

jest.setTimeout(60_000);

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(closeApps);

describe('in memory', () => {
  const cacheOf = (environment: Record<string, string>) => memoryCache(configOf(environment).cache);

  test('a value lives as long as it should', async () => {
    const cache = cacheOf({ CACHE_TTL: '1' });
    await cache.set('a', { n: 1 });
    expect(await cache.get('a')).toEqual({ n: 1 });
    await sleep(1_100);
    expect(await cache.get('a')).toBeUndefined();
    await cache.close();
  });

  test('the least used value makes room', async () => {
    const cache = cacheOf({ CACHE_MAX: '2' });
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual([undefined, 'b', 'c']);
    await cache.close();
  });

  test('adding does not replace, deleting makes room for it, and a lifetime of 0 keeps nothing', async () => {
    const cache = cacheOf({});
    await cache.set('a', 'new');
    await cache.add('a', 'old');
    expect(await cache.get('a')).toBe('new');
    await cache.delete('a');
    await cache.add('a', null);
    expect(await cache.get('a')).toBeNull();
    await cache.set('b', 1, 0);
    expect(await cache.get('b')).toBeUndefined();
    await cache.close();
  });
});

(hasRedis ? describe : describe.skip)('in Redis', () => {
  let redis: TestRedis;

  beforeEach(async () => {
    redis = await testRedis();
  });
  afterEach(async () => {
    await closeApps();
    await redis.stop();
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

  test('values keep, expire, and are shared by two processes under one prefix', async () => {
    const one = await connected({ ...inParts(), REDIS_PREFIX: 'designs:' });
    const two = await connected({ DATABASE_URL: database.applicationUrl, REDIS_URL: redis.url, REDIS_PREFIX: 'designs:' });
    const other = await connected({ ...inParts(), REDIS_PREFIX: 'other:' });
    await one.app.cache.set('a', { n: 1 }, 1);
    await one.app.cache.add('a', { n: 2 });
    expect(await two.app.cache.get('a')).toEqual({ n: 1 });
    expect(await other.app.cache.get('a')).toBeUndefined();
    await sleep(1_100);
    expect(await two.app.cache.get('a')).toBeUndefined();
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

    await redis.start();
    while ((app.redis?.status as string) !== 'ready') await sleep(10);
    await read();
    await query(database.ownerUrl, 'DELETE FROM tasks WHERE id = $1', [id]);
    expect((await read()).statusCode).toBe(200);
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
