import { setTimeout as sleep } from 'node:timers/promises';
import { closeApps, type TestApp, testApp } from './support/app';
import { testDatabase } from './support/postgres';
import { type FaultyProxy, faultyProxy } from './support/proxy';
import { hasRedis, type TestRedis, testRedis } from './support/redis';

jest.setTimeout(60_000);

const status = async ({ app }: TestApp, url: string, headers = {}): Promise<number> => (await app.inject({ url, headers })).statusCode;

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(50);
};

describe('the network to the database', () => {
  let proxy: FaultyProxy;
  let service: TestApp;

  beforeEach(async () => {
    const url = new URL((await testDatabase()).applicationUrl);
    proxy = await faultyProxy(Number(url.port));
    url.port = String(proxy.port);
    service = await testApp({
      DATABASE_URL: url.href,
      DATABASE_STATEMENT_TIMEOUT_MS: '300',
      DATABASE_CONNECT_TIMEOUT_MS: '1000',
    });
    expect(await status(service, '/health/ready')).toBe(200);
  });
  afterEach(async () => {
    // Connections through it hang otherwise, and with them the end of the pool.
    proxy.become('cut');
    await closeApps();
    await proxy.close();
  });

  test.each(['hold', 'cut'] as const)('can %s: not ready, alive, 503 for requests, and well again by itself', async (mode) => {
    const headers = service.as('ada');
    expect(await status(service, '/api/tasks', headers)).toBe(200);
    proxy.become(mode);
    await until(async () => (await status(service, '/health/ready')) === 503);
    expect(await status(service, '/health')).toBe(200);
    expect(await status(service, '/api/tasks', headers)).toBe(503);
    proxy.become('pass');
    await until(async () => (await status(service, '/health/ready')) === 200);
    await until(async () => (await status(service, '/api/tasks', headers)) === 200);
    const told = service.lines.map(({ msg }) => msg);
    expect(told).toContain('database unreachable');
    expect(told).toContain('database recovered');
  });
});

(hasRedis ? describe : describe.skip)('the network to Redis', () => {
  let redis: TestRedis;
  let proxy: FaultyProxy;

  beforeEach(async () => {
    redis = await testRedis();
    proxy = await faultyProxy(redis.port);
  });
  afterEach(async () => {
    proxy.become('cut');
    await closeApps();
    await proxy.close();
    await redis.stop();
  });

  test.each(['hold', 'cut'] as const)('can %s: requests are answered all the same, and the connection comes back', async (mode) => {
    const { applicationUrl } = await testDatabase();
    const service = await testApp({
      DATABASE_URL: applicationUrl,
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(proxy.port),
      REDIS_PASSWORD: 'p@ss/word',
    });
    const headers = service.as('ada');
    const connected = async (): Promise<boolean> => service.app.redis?.status === 'ready';
    await until(connected);
    proxy.become(mode);
    expect(await status(service, '/api/tasks', headers)).toBe(200);
    await until(async () => !(await connected()));
    expect(await status(service, '/api/tasks', headers)).toBe(200);
    expect(await status(service, '/health/ready')).toBe(200);
    proxy.become('pass');
    await until(connected);
    expect(await status(service, '/api/tasks', headers)).toBe(200);
  });
});
