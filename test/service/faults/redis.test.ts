import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { unexpected } from '../support/load';
import { elsewhere, expected, type Member, mixedLoad, register } from '../support/mixed-load';
import { testDatabase } from '../support/postgres';
import { endServices, type ServiceProcess, startService, untilReady } from '../support/process';
import { type FaultyProxy, faultyProxy } from '../support/proxy';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';
import { until } from '../support/until';

// Less than the minute for which a token is believed without asking: what waits for that fails.
jest.setTimeout(45_000);

/** How long Redis is away, in milliseconds: longer than a command, a connection and a few attempts at one may take. */
const away = 2_000;

(hasRedis ? describe : describe.skip)('two instances under load while Redis', () => {
  let redis: TestRedis;
  let proxy: FaultyProxy;
  let one: ServiceProcess;
  let two: ServiceProcess;
  let members: Member[];

  beforeAll(async () => {
    const [{ applicationUrl }, server] = await Promise.all([testDatabase(), testRedis()]);
    redis = server;
    proxy = await faultyProxy(redis.port);
    const environment = {
      DATABASE_URL: applicationUrl,
      FEATURES: 'auth.local,tasks',
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(proxy.port),
      REDIS_PASSWORD: 'p@ss/word',
      RATE_LIMIT_MAX_REQUESTS: '1000000',
      AUTH_RATE_LIMIT_MAX: '2',
      TRUST_PROXY: '127.0.0.0/8',
    };
    [one, two] = await Promise.all([startService(environment), startService(environment)]);
    await Promise.all([untilReady(one), untilReady(two)]);
    members = await register(one.url, 20);
  });
  afterAll(async () => {
    await endServices();
    proxy.become('cut');
    await proxy.close();
    await redis.stop();
  });

  const hasRedisBack = async ({ url }: ServiceProcess): Promise<boolean> =>
    ((await (await fetch(`${url}/health/ready`)).json()) as { checks: { redis: string } }).checks.redis === 'OK';

  const hits = async ({ metricsPort }: ServiceProcess): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    return Number(/^cache_requests_total\{name="task",result="hit"\} (\d+)$/m.exec(text)?.[1]);
  };

  const pause = async (): Promise<void> => {
    const client = new Redis(redis.url);
    await client.client('PAUSE', away, 'ALL');
    client.disconnect();
  };

  test.each<[string, () => unknown, () => unknown]>([
    ['is killed and comes back empty', () => redis.stop(), () => redis.start()],
    ['hangs', () => redis.hang(), () => redis.resume()],
    ['is behind a network that swallows packets', () => proxy.become('hold'), () => proxy.become('pass')],
    ['is paused', pause, () => {}],
  ])('%s: nothing fails, hangs or is stale, and afterwards all is shared again', async (_fault, begin, end) => {
    await until(() => hasRedisBack(one));
    await until(() => hasRedisBack(two));
    const [writer, leaver] = (await register(one.url, 2)) as [Member, Member];
    const { headers, taskId } = writer;
    const isIn = async ({ url }: ServiceProcess) => (await fetch(`${url}/api/auth/me`, { headers: leaver.headers })).status === 200;
    expect([await isIn(one), await isIn(two)]).toEqual([true, true]);
    const read = async ({ url }: ServiceProcess) => fetch(`${url}/api/tasks/${taskId}`, { headers });
    const titleIn = async (service: ServiceProcess) => ((await (await read(service)).json()) as { title: string }).title;
    expect([await titleIn(one), await titleIn(two)]).toEqual(['First', 'First']);

    const running = mixedLoad(one.url, members);
    await running.round();
    await begin();
    const body = JSON.stringify({ title: 'Changed meanwhile' });
    await fetch(`${one.url}/api/tasks/${taskId}`, { method: 'PATCH', headers: { ...headers, 'content-type': 'application/json' }, body });
    expect(await titleIn(one)).toBe('Changed meanwhile');
    expect((await fetch(`${one.url}/api/auth/logout`, { method: 'POST', headers: leaver.headers })).status).toBe(204);
    expect(await isIn(one)).toBe(false);
    await Promise.all([sleep(away), running.round()]);
    await end();
    await until(() => hasRedisBack(one));
    await until(() => hasRedisBack(two));
    await running.round();
    const answers = await running.stop();

    expect(unexpected(answers, expected)).toEqual([]);
    expect(running.stale).toEqual([]);
    expect(await titleIn(one)).toBe('Changed meanwhile');
    await until(async () => (await titleIn(two)) === 'Changed meanwhile');
    await until(async () => !(await isIn(two)));

    // A task of its own: what was changed meanwhile is not kept for a while.
    const [fresh] = await register(one.url, 1);
    const known = await hits(two);
    for (let n = 0; n < 2; n += 1) await fetch(`${two.url}/api/tasks/${fresh?.taskId}`, { headers: fresh?.headers });
    expect(await hits(two)).toBeGreaterThan(known);
    const address = elsewhere();
    const guess = async ({ url }: ServiceProcess) =>
      (await fetch(`${url}/api/tasks`, { headers: { ...address, authorization: 'Bearer a.b.c' } })).status;
    expect([await guess(one), await guess(two), await guess(one), await guess(two)]).toEqual([401, 401, 429, 429]);
    for (const { child } of [one, two]) expect(child.exitCode).toBeNull();
  });
});
