import { setTimeout as sleep } from 'node:timers/promises';
import { closeApps, testApp } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/postgres';
import { hasRedis } from '../support/redis';
import { clusterPassword, redisCli, type TestRedisCluster, testRedisCluster, untilWhole } from '../support/redis-cluster';

jest.setTimeout(40_000);

(hasRedis ? describe : describe.skip)('in a Redis Cluster of three masters and three replicas', () => {
  let cluster: TestRedisCluster;
  let database: TestDatabase;

  beforeAll(async () => {
    [cluster, database] = await Promise.all([testRedisCluster(), testDatabase()]);
  });
  afterEach(closeApps);
  afterAll(() => cluster.stop());

  const inParts = () => ({
    DATABASE_URL: database.applicationUrl,
    REDIS_MODE: 'cluster',
    REDIS_HOST: 'localhost',
    REDIS_PORT: String(cluster.nodes[0]?.port),
    REDIS_PASSWORD: clusterPassword,
  });

  const asUrl = (index: number) => ({
    DATABASE_URL: database.applicationUrl,
    REDIS_MODE: 'cluster',
    REDIS_URL: `redis://:${encodeURIComponent(clusterPassword)}@localhost:${cluster.nodes[index]?.port}/0`,
  });

  const connected = async (given: Record<string, string>) => {
    const service = await testApp(given);
    while ((service.app.redis?.status as string) !== 'ready') await sleep(10);
    return service;
  };

  const keys = Array.from({ length: 60 }, (_, n) => `key-${n}`);

  test('values of all slots are shared by two processes that know different nodes, under one prefix', async () => {
    const one = await connected({ ...inParts(), REDIS_PREFIX: 'pet:' });
    const two = await connected({ ...asUrl(5), REDIS_PREFIX: 'pet:' });
    const other = await connected({ ...asUrl(1), REDIS_PREFIX: 'other:' });
    await Promise.all(keys.map((key) => one.app.cache.set(key, { key })));
    await one.app.cache.add('key-0', 'not again');
    expect(await Promise.all(keys.map((key) => two.app.cache.get(key)))).toEqual(keys.map((key) => ({ key })));
    expect(await other.app.cache.get('key-0')).toBeUndefined();
    await one.app.cache.delete('key-0');
    expect(await two.app.cache.get('key-0')).toBeUndefined();

    const stored = await Promise.all(
      cluster.nodes.map(async ({ port }) => (/^master/.test(await redisCli(port, 'role')) ? redisCli(port, 'keys', '*') : '')),
    );
    const masters = stored.filter((names) => names !== '');
    expect(masters).toHaveLength(3);
    expect(masters.flatMap((names) => names.split('\n')).every((name) => name.startsWith('pet:'))).toBe(true);
  });

  test('limits count over all processes, wherever a key is', async () => {
    const limits = { RATE_LIMIT_MAX_REQUESTS: '2', TRUST_PROXY: '127.0.0.0/8' };
    const [one, two] = [await connected({ ...limits, ...inParts() }), await connected({ ...limits, ...asUrl(2) })].map(({ app }) => app);
    const ask = async (app: typeof one, address: string) =>
      (await app?.inject({ url: '/a', headers: { 'x-forwarded-for': address } }))?.statusCode;
    for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4', '203.0.113.5', '203.0.113.6']) {
      const statuses = [await ask(one, address), await ask(two, address), await ask(one, address), await ask(two, address)];
      expect(statuses).toEqual([404, 404, 429, 429]);
    }
  });

  test('readiness shows it', async () => {
    const { app } = await connected(inParts());
    const response = await app.inject({ url: '/health/ready' });
    expect([response.statusCode, response.json().checks]).toEqual([200, { database: 'OK', redis: 'OK' }]);
  });

  test('a lost master is a miss for some, nothing for others, and its replica takes over without a restart', async () => {
    const { app, as, lines } = await connected(inParts());
    const [lost] = cluster.nodes;
    await Promise.all(keys.map((key) => app.cache.set(key, 'kept')));
    await lost?.stop();

    const ready = await app.inject({ url: '/ready' });
    expect(ready.statusCode).toBe(200);
    expect((await app.inject({ url: '/api/tasks', headers: as('ada') })).statusCode).toBe(200);
    const values = await Promise.all(keys.map((key) => app.cache.get(key)));
    expect(values.filter((value) => value === 'kept').length).toBeGreaterThan(0);
    expect(values.every((value) => value === 'kept' || value === undefined)).toBe(true);

    await untilWhole(cluster);
    const take = async (): Promise<boolean> => {
      await Promise.all(keys.map((key) => app.cache.set(key, 'new')));
      return (await Promise.all(keys.map((key) => app.cache.get(key)))).every((value) => value === 'new');
    };
    while (!(await take())) await sleep(100);
    await lost?.start();
    await untilWhole(cluster);
    expect(JSON.stringify(lines)).not.toContain('p@ss');
  });

  test('all away and back is told once, and answered meanwhile', async () => {
    const { app, as, lines } = await connected(inParts());
    for (const node of cluster.nodes) await node.stop();
    while ((app.redis?.status as string) === 'ready') await app.cache.get('key-1');
    expect((await app.inject({ url: '/api/tasks', headers: as('ada') })).statusCode).toBe(200);
    const ready = await app.inject({ url: '/ready' });
    expect([ready.statusCode, ready.json().checks]).toEqual([200, { database: 'OK', redis: 'FAILED' }]);

    await Promise.all(cluster.nodes.map((node) => node.start()));
    await untilWhole(cluster);
    while ((app.redis?.status as string) !== 'ready') await sleep(50);
    await app.cache.set('key-1', 'back');
    expect(await app.cache.get('key-1')).toBe('back');
    const told = lines.filter(({ component }) => component === 'cache').map(({ msg }) => msg);
    expect(told).toEqual(['redis connected', 'redis unreachable', 'redis recovered']);
  });

  test('a wrong password stops nothing, and is told without being shown', async () => {
    const { app, as, lines } = await testApp({ ...inParts(), REDIS_PASSWORD: 'wrong-password' });
    const told = () => lines.filter(({ component }) => component === 'cache');
    while (told().length === 0) await sleep(20);
    expect(told()[0]).toMatchObject({ msg: 'redis unreachable', reason: expect.stringMatching(/WRONGPASS|NOAUTH/) });
    expect((await app.inject({ url: '/api/tasks', headers: as('ada') })).statusCode).toBe(200);
    expect(JSON.stringify(lines)).not.toContain('wrong-password');
  });
});
