import { setTimeout as sleep } from 'node:timers/promises';
import { redisStores } from '../../service/cache/redis-store';
import { closeApps, environmentOf, testApp } from './support/app';
import { readyRedis } from './support/cache';
import { freePort } from './support/free-port';
import { hasRedis, type TestRedis, testRedis } from './support/redis';
import { clusterPassword, redisCli, type TestRedisCluster, testRedisCluster } from './support/redis-cluster';
import { endScripts, runScript, source } from './support/script';

jest.setTimeout(60_000);

const run = async (given: Record<string, string>, ...names: string[]) => {
  const script = runScript([source('clear-cache.ts'), ...names], { env: environmentOf(given) });
  return { code: await script.ended, stdout: script.stdout(), stderr: script.stderr() };
};

afterAll(endScripts);

(hasRedis ? describe : describe.skip).each(['single', 'cluster'] as const)('at a Redis that is %s', (mode) => {
  let environment: Record<string, string>;
  let ports: number[];
  let server: TestRedis | TestRedisCluster;

  beforeAll(async () => {
    if (mode === 'single') {
      const single = await testRedis();
      [server, ports] = [single, [single.port]];
    } else {
      const cluster = await testRedisCluster();
      [server, ports] = [cluster, cluster.nodes.map(({ port }) => port)];
    }
    environment = {
      REDIS_MODE: mode,
      REDIS_HOST: 'localhost',
      REDIS_PORT: String(ports[0]),
      REDIS_PASSWORD: clusterPassword,
      REDIS_PREFIX: 'pet[1]:',
    };
  });
  afterEach(closeApps);
  afterAll(() => server.stop());

  /** Every key of every master, by what it begins with. */
  const counted = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const port of ports) {
      if (!(await redisCli(port, 'role')).startsWith('master')) continue;
      for (const key of (await redisCli(port, 'keys', '*')).split('\n').filter(Boolean)) {
        const beginning = key.slice(0, key.lastIndexOf(':'));
        counts[beginning] = (counts[beginning] ?? 0) + 1;
      }
    }
    return counts;
  };

  const fill = async (prefix: string, names: readonly string[]): Promise<void> => {
    const redis = await readyRedis({ ...environment, REDIS_PREFIX: prefix });
    const stores = redisStores(redis, prefix);
    for (const name of names) {
      const store = stores.of(name);
      await Promise.all(Array.from({ length: 2_500 }, (_, n) => store.put(`${n}`, 'text', 300)));
    }
    await stores.close();
  };

  test('it deletes what is cached under the names, then all that is, and nothing else', async () => {
    await fill('pet[1]:', ['task', 'task-list', 'user']);
    // What the prefix would mean as a pattern, and a neighbour.
    await fill('pet1:', ['task']);
    const { app } = await testApp({ ...environment, FEATURES: 'auth.local' });
    while (app.redis?.status !== 'ready') await sleep(10);
    await app.inject({ url: '/a' });

    const others = { 'pet[1]:rate-limit': 1, 'pet1:cache:task': 2_500 };
    const limits = Object.keys(await counted()).filter((key) => key.includes('rate-limit'));
    expect(limits).toEqual(['pet[1]:rate-limit']);

    expect(await run(environment, 'task', 'unheard-of')).toEqual({
      code: 0,
      stdout: 'pet[1]:cache:task:*: 2500 deleted\npet[1]:cache:unheard-of:*: 0 deleted\n',
      stderr: '',
    });
    expect(await counted()).toEqual({ ...others, 'pet[1]:cache:task-list': 2_500, 'pet[1]:cache:user': 2_500 });

    expect(await run(environment)).toEqual({ code: 0, stdout: 'pet[1]:cache:*: 5000 deleted\n', stderr: '' });
    expect(await counted()).toEqual(others);
  });

  test('a password that is refused ends it with 1, and is not shown', async () => {
    const { code, stdout, stderr } = await run({ ...environment, REDIS_PASSWORD: 'wrong-password' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Not everything could be deleted from Redis at localhost:\d+: .*(WRONGPASS|NOAUTH).*\. Run this again\.\n$/);
    expect(stderr).not.toContain('wrong-password');
  });
});

test('a Redis that does not answer ends it with 1', async () => {
  const port = await freePort();
  const { code, stderr } = await run({ REDIS_HOST: '127.0.0.1', REDIS_PORT: String(port) });
  expect([code, stderr]).toEqual([1, `Not everything could be deleted from Redis at 127.0.0.1:${port}: ECONNREFUSED. Run this again.\n`]);
});

test('without Redis there is nothing to delete, and it says why', async () => {
  expect(await run({})).toEqual({
    code: 0,
    stdout: 'No Redis is configured: each process keeps its cache in memory, and it ends with the process.\n',
    stderr: '',
  });
});

test.each(['*', 'task:1', '', 'Task'])('the name "%s" is refused, with what is allowed', async (name) => {
  const { code, stderr } = await run({}, 'task', name);
  expect([code, stderr]).toEqual([
    2,
    `clear-cache: got ${JSON.stringify([name])}; allowed: names, small letters, digits and hyphens, a letter first. Without any, all is deleted.\n`,
  ]);
});

test('a configuration that is wrong ends it with 2, with all that is wrong', async () => {
  const { code, stderr } = await run({ REDIS_HOST: 'cache', REDIS_PORT: 'many' });
  expect([code, stderr]).toEqual([2, expect.stringContaining('REDIS_PORT: got "many"')]);
});
