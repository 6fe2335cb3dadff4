import type { Cluster, Redis } from 'ioredis';
import { type Announcement, type Announcements, announcements } from '../../../service/identity/announcements';
import { configOf } from '../support/app';
import { readyRedis } from '../support/cache';
import { type FaultyProxy, faultyProxy } from '../support/proxy';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';
import { until } from '../support/until';

jest.setTimeout(30_000);

(hasRedis ? describe : describe.skip)('between two replicas', () => {
  let redis: TestRedis;
  let proxy: FaultyProxy;
  const connections: (Redis | Cluster)[] = [];
  const opened: Announcements[] = [];

  const replica = async () => {
    const environment = { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(proxy.port), REDIS_PASSWORD: 'p@ss/word' };
    const connection = await readyRedis(environment);
    const { cache } = configOf(environment);
    const heard: Announcement[] = [];
    const missed = jest.fn();
    const told = announcements(connection, { cache, log: { warn: () => {} } as never, hear: (each) => heard.push(each), missed });
    connections.push(connection);
    opened.push(told);
    await until(() => told.complete);
    missed.mockClear();
    return { told, heard, missed };
  };

  beforeEach(async () => {
    redis = await testRedis();
    proxy = await faultyProxy(redis.port);
  });
  afterEach(async () => {
    proxy.become('cut');
    for (const told of opened.splice(0)) await told.close();
    for (const connection of connections.splice(0)) connection.disconnect();
    await proxy.close();
    await redis.stop();
  });

  test('what one publishes all hear, itself once more', async () => {
    const [one, two] = [await replica(), await replica()];
    await one.told.publish({ session: 's' });
    await until(() => two.heard.length === 1);
    await until(() => one.heard.length === 2);
    expect([...one.heard, ...two.heard]).toEqual(Array(3).fill({ session: 's' }));
  });

  test.each(['hold', 'cut'] as const)(
    'a network that can %s is noticed by who only listens, and what was published meanwhile arrives later',
    async (mode) => {
      const [one, two] = [await replica(), await replica()];
      proxy.become(mode);
      await one.told.publish({ user: 'u' });
      expect(one.heard).toEqual([{ user: 'u' }]);
      await until(() => !two.told.complete);
      proxy.become('pass');
      await until(() => two.told.complete);
      expect(two.missed).toHaveBeenCalled();
      await until(() => two.heard.length === 1);
      expect(two.heard).toEqual([{ user: 'u' }]);
    },
  );
});
