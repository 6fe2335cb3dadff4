import { unexpected } from '../support/load';
import { expected, mixedLoad, register } from '../support/mixed-load';
import { type TestDatabase, testDatabase } from '../support/postgres';
import { endServices, startService, untilReady } from '../support/process';
import { type FaultyProxy, faultyProxy } from '../support/proxy';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';

jest.setTimeout(40_000);

(hasRedis ? describe : describe.skip)('a service that is told to end under load', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let proxy: FaultyProxy;

  beforeAll(async () => {
    database = await testDatabase();
  });
  beforeEach(async () => {
    redis = await testRedis();
    proxy = await faultyProxy(redis.port);
  });
  afterEach(async () => {
    await endServices();
    proxy.become('cut');
    await proxy.close();
    await redis.stop();
  });

  test.each<[string, () => unknown]>([
    ['well', () => {}],
    ['behind a network that swallows packets', () => proxy.become('hold')],
    ['dead', () => redis.stop()],
  ])('while Redis is %s answers all that it has taken, closes in order and exits with 0', async (_state, begin) => {
    const service = await startService({
      DATABASE_URL: database.applicationUrl,
      FEATURES: 'auth.local,tasks',
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(proxy.port),
      REDIS_PASSWORD: 'p@ss/word',
      RATE_LIMIT_MAX_REQUESTS: '1000000',
      TRUST_PROXY: '127.0.0.0/8',
      SHUTDOWN_DRAIN_MS: '500',
    });
    await untilReady(service);
    const running = mixedLoad(service.url, await register(service.url, 8));
    await running.round();
    await begin();
    service.child.kill('SIGTERM');
    const code = await service.ended;
    const answers = await running.stop();
    expect(code).toBe(0);
    // Nobody listens any more at the end; every connection that was taken got its answer.
    const refused = new Set(['ECONNREFUSED', 'UND_ERR_SOCKET', 'ECONNRESET']);
    const answered = answers.filter(({ status, code: reason }) => status !== undefined || !refused.has(reason ?? ''));
    expect(unexpected(answered, expected)).toEqual([]);
    const told = service
      .stdout()
      .split('\n')
      .filter((line) => line.includes('"msg":"shutdown'))
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(told).toEqual(['shutdown: SIGTERM', 'shutdown: draining', 'shutdown: closing', 'shutdown: complete']);
    expect(service.stderr()).toBe('');
  });
});
