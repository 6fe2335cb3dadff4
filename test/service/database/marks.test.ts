import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { connectRedis } from '../../../service/cache/redis';
import { beyondAll, logPosition } from '../../../service/database/log-position';
import { positionMarks } from '../../../service/database/marks';
import { configOf } from '../support/app';
import { someone } from '../support/notes';
import { hasRedis, testRedis } from '../support/redis';
import { clusterPassword, testRedisCluster } from '../support/redis-cluster';

jest.setTimeout(40_000);

test('places in the log compare as numbers, however long they are written', () => {
  const ascending = ['0/0', '0/9', '0/A', '0/FFFFFFFF', '1/0', '9/1', 'A/0', '10/0', 'FFFFFFFF/FFFFFFFE'].map(logPosition);
  expect([...ascending].sort()).toEqual(ascending);
  expect(ascending.at(-1)?.localeCompare(beyondAll)).toBe(-1);
  expect(new Set(ascending.map(({ length }) => length))).toEqual(new Set([16]));
});

test('without Redis, an instance knows the last place of each scope, and that of no other', async () => {
  const marks = positionMarks(() => null);
  const scope = someone();
  await marks.remember(scope, logPosition('10/0'));
  await marks.remember(scope, logPosition('9/0'));
  expect(await marks.find({ ...scope, userId: 'bob' })).toBe(logPosition('10/0'));
  expect(await marks.find(someone())).toBeUndefined();
  expect(await marks.find('identity')).toBeUndefined();
});

const servers = {
  single: async () => {
    const { url, stop } = await testRedis();
    return { url, stop };
  },
  cluster: async () => {
    const { nodes, stop } = await testRedisCluster();
    return { url: `redis://:${encodeURIComponent(clusterPassword)}@localhost:${nodes[0]?.port}`, stop };
  },
};

(hasRedis ? describe : describe.skip).each(['single', 'cluster'] as const)('in Redis (%s)', (mode) => {
  let redis: Redis | Cluster;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const server = await servers[mode]();
    stop = server.stop;
    const { cache } = configOf({ REDIS_URL: server.url, REDIS_MODE: mode, REDIS_PREFIX: 'pet:' });
    redis = connectRedis(cache, { up: () => {}, down: () => {} });
    while (redis.status !== 'ready') await sleep(10);
  });
  afterAll(async () => {
    redis.disconnect();
    await stop();
  });

  test('the greatest place stays, whoever tells it when, and not for long', async () => {
    const scope = someone();
    const tell = (lsn: string) => positionMarks(() => redis).remember(scope, logPosition(lsn));
    const find = () => positionMarks(() => redis).find(scope);
    expect(await find()).toBeUndefined();
    for (const lsn of ['9/0', '10/0', 'A/0']) await tell(lsn);
    expect(await find()).toBe(logPosition('10/0'));
    const ttl = await redis.ttl(`read-your-writes:${scope.organizationId}`);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(30);
  });

  test('an instance that could not tell its last place knows it all the same', async () => {
    const scope = someone();
    let reachable = true;
    const marks = positionMarks(() => (reachable ? redis : null));
    await marks.remember(scope, logPosition('9/0'));
    reachable = false;
    await marks.remember(scope, logPosition('10/0'));
    reachable = true;
    expect(await marks.find(scope)).toBe(logPosition('10/0'));
  });

  test('scopes are apart', async () => {
    await positionMarks(() => redis).remember('identity', logPosition('1/0'));
    expect(await positionMarks(() => redis).find(someone())).toBeUndefined();
    expect(await positionMarks(() => redis).find('identity')).toBe(logPosition('1/0'));
  });
});
