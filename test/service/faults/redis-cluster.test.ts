import { setTimeout as sleep } from 'node:timers/promises';
import { unexpected } from '../support/load';
import { expected, type Member, mixedLoad, register } from '../support/mixed-load';
import { testDatabase } from '../support/postgres';
import { endServices, type ServiceProcess, startService, untilReady } from '../support/process';
import { hasRedis } from '../support/redis';
import { clusterPassword, type TestRedisCluster, testRedisCluster, untilWhole } from '../support/redis-cluster';

// Less than the minute for which a token is believed without asking: what waits for that fails.
jest.setTimeout(45_000);

(hasRedis ? describe : describe.skip)('a Redis Cluster that loses a master under load', () => {
  let cluster: TestRedisCluster;
  let one: ServiceProcess;
  let two: ServiceProcess;

  beforeAll(async () => {
    const [{ applicationUrl }, nodes] = await Promise.all([testDatabase(), testRedisCluster()]);
    cluster = nodes;
    const environment = {
      DATABASE_URL: applicationUrl,
      FEATURES: 'auth.local,tasks',
      REDIS_MODE: 'cluster',
      REDIS_HOST: 'localhost',
      REDIS_PORT: String(cluster.nodes[1]?.port),
      REDIS_PASSWORD: clusterPassword,
      RATE_LIMIT_MAX_REQUESTS: '1000000',
      TRUST_PROXY: '127.0.0.0/8',
    };
    [one, two] = await Promise.all([startService(environment), startService(environment)]);
    await Promise.all([untilReady(one), untilReady(two)]);
  });
  afterAll(async () => {
    await endServices();
    await cluster.stop();
  });

  test('fails, hangs and shows stale to nobody, and tells all instances of a session that ended meanwhile', async () => {
    const [leaver, ...members] = (await register(one.url, 12)) as [Member, ...Member[]];
    const isIn = async ({ url }: ServiceProcess) => (await fetch(`${url}/api/auth/me`, { headers: leaver.headers })).status === 200;
    expect([await isIn(one), await isIn(two)]).toEqual([true, true]);
    const running = mixedLoad(one.url, members);
    await running.round();
    await cluster.nodes[0]?.stop();
    expect((await fetch(`${one.url}/api/auth/logout`, { method: 'POST', headers: leaver.headers })).status).toBe(204);
    expect(await isIn(one)).toBe(false);
    await running.round();
    await untilWhole(cluster);
    await running.round();
    const answers = await running.stop();
    expect(unexpected(answers, expected)).toEqual([]);
    expect(running.stale).toEqual([]);
    while (await isIn(two)) await sleep(100);
  });
});
