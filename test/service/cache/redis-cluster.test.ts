import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { removal } from '../../../service/cache/store';
import { closeApps, type TestApp, testApp } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/postgres';
import { hasRedis } from '../support/redis';
import { clusterPassword, redisCli, type TestRedisCluster, testRedisCluster, untilWhole } from '../support/redis-cluster';

jest.setTimeout(90_000);

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

  const authLimit = { AUTH_RATE_LIMIT_MAX: '2', TRUST_PROXY: '127.0.0.0/8' };

  const failFrom = async (address: string, { app }: TestApp): Promise<number> =>
    (await app.inject({ url: '/api/tasks', headers: { authorization: 'Bearer a.b.c', 'x-forwarded-for': address } })).statusCode;

  /** Each key is loaded with a value that nobody puts. */
  const cachedIn = (app: FastifyInstance) =>
    app.cache.define<string>({ kind: 'default', name: 'text', load: async (key) => `loaded ${key}` });

  const keys = Array.from({ length: 60 }, (_, n) => `key-${n}`);

  test('values of all slots are shared by two processes that know different nodes, under one prefix', async () => {
    const one = await connected({ ...inParts(), REDIS_PREFIX: 'pet:' });
    const two = await connected({ ...asUrl(5), REDIS_PREFIX: 'pet:' });
    const other = await connected({ ...asUrl(1), REDIS_PREFIX: 'other:' });
    const [here, there, elsewhere] = [cachedIn(one.app), cachedIn(two.app), cachedIn(other.app)];
    await Promise.all(keys.map((key) => here.put(key, key)));
    expect(await Promise.all(keys.map((key) => there.get(key)))).toEqual(keys);
    expect(await elsewhere.get('key-0')).toBe('loaded key-0');
    await here.forget('key-0');
    expect(await there.get('key-0')).toBe('loaded key-0');

    const stored = await Promise.all(
      cluster.nodes.map(async ({ port }) => (/^master/.test(await redisCli(port, 'role')) ? redisCli(port, 'keys', '*') : '')),
    );
    const masters = stored.filter((names) => names !== '');
    expect(masters).toHaveLength(3);
    const names = masters.flatMap((lines) => lines.split('\n'));
    expect(names.filter((name) => !/^(pet|other):cache:text:key-\d+$/.test(name))).toEqual([]);
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

  test('refusals of it say how long to wait', async () => {
    const { app } = await connected({
      ...inParts(),
      RATE_LIMIT_MAX_REQUESTS: '1',
      RATE_LIMIT_WINDOW_MS: '60000',
      TRUST_PROXY: '127.0.0.0/8',
    });
    const ask = () => app.inject({ url: '/a', headers: { 'x-forwarded-for': '203.0.113.7' } });
    await ask();
    expect((await ask()).headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });

  test('failed authentications count over all processes', async () => {
    const [one, two] = [await connected({ ...authLimit, ...inParts() }), await connected({ ...authLimit, ...asUrl(2) })];
    for (let n = 1; n < 7; n += 1) {
      const address = `203.0.113.${n}`;
      expect([
        await failFrom(address, one),
        await failFrom(address, two),
        await failFrom(address, one),
        await failFrom(address, two),
      ]).toEqual([401, 401, 429, 429]);
    }
  });

  test('readiness shows it', async () => {
    const { app } = await connected(inParts());
    const response = await app.inject({ url: '/health/ready' });
    expect([response.statusCode, response.json().checks]).toEqual([200, { database: 'OK', redis: 'OK' }]);
  });

  test('a lost master is a miss for some, nothing for others, and its replica takes over without a restart', async () => {
    const [service, other] = [await connected({ ...authLimit, ...inParts() }), await connected(asUrl(4))];
    const { app, as, lines } = service;
    const [texts, elsewhere] = [cachedIn(app), cachedIn(other.app)];
    const [lost] = cluster.nodes;
    await Promise.all(keys.map((key) => texts.put(key, 'old')));
    // What was written is to be on the replica before its master goes.
    await Promise.all(cluster.nodes.slice(0, 3).map(({ port }) => redisCli(port, 'wait', '1', '0')));
    await lost?.stop();

    const ready = await app.inject({ url: '/ready' });
    expect(ready.statusCode).toBe(200);
    expect((await app.inject({ url: '/api/tasks', headers: as('ada') })).statusCode).toBe(200);
    const values = await Promise.all(keys.map((key) => texts.get(key)));
    const lostKeys = keys.filter((_, n) => values[n] !== 'old');
    expect([lostKeys.length > 0, lostKeys.length < keys.length]).toEqual([true, true]);
    expect(values.filter((value) => value !== 'old')).toEqual(lostKeys.map((key) => `loaded ${key}`));
    await Promise.all(keys.map((key) => texts.put(key, 'new')));
    expect(await Promise.all(lostKeys.map((key) => texts.get(key)))).toEqual(lostKeys.map((key) => `loaded ${key}`));

    // Twice as often as memory and Redis allow together: while this goes on, the replica may take over.
    const guesses = async (address: string): Promise<number[]> => {
      const answers: number[] = [];
      for (let n = 0; n < 8; n += 1) answers.push(await failFrom(address, service));
      return answers;
    };
    for (const answers of await Promise.all(keys.map((_, n) => guesses(`198.51.100.${n}`)))) {
      expect(answers.filter((answer) => answer !== 401 && answer !== 429)).toEqual([]);
      expect(answers).toContain(429);
    }

    // The replica comes with the old values, until what was missed is repeated.
    await untilWhole(cluster);
    const read = () => Promise.all(keys.map((key) => elsewhere.get(key)));
    while ((await read()).includes('old')) await sleep(100);
    const stored = await Promise.all(lostKeys.map((key) => other.app.redis?.get(`cache:text:${key}`)));
    expect(stored.every((text) => removal.is(String(text)))).toBe(true);
    await Promise.all(keys.map((key) => texts.put(key, 'newest')));
    expect(await read()).toEqual(keys.map(() => 'newest'));
    await lost?.start();
    await untilWhole(cluster);
    expect(JSON.stringify(lines)).not.toContain('p@ss');
  });

  test('all away and back is told once, and answered meanwhile', async () => {
    const { app, as, lines } = await connected(inParts());
    const texts = cachedIn(app);
    for (const node of cluster.nodes) await node.stop();
    while ((app.redis?.status as string) === 'ready') await texts.get('key-1');
    expect((await app.inject({ url: '/api/tasks', headers: as('ada') })).statusCode).toBe(200);
    const ready = await app.inject({ url: '/ready' });
    expect([ready.statusCode, ready.json().checks]).toEqual([200, { database: 'OK', redis: 'FAILED' }]);

    await Promise.all(cluster.nodes.map((node) => node.start()));
    await untilWhole(cluster);
    while ((app.redis?.status as string) !== 'ready') await sleep(50);
    await texts.put('key-1', 'back');
    expect(await texts.get('key-1')).toBe('back');
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
