import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../../../service/problem';
import { closeApps, type Environment, type TestApp, testApp } from '../support/app';
import { testDatabase } from '../support/postgres';
import { type FaultyProxy, faultyProxy } from '../support/proxy';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';

jest.setTimeout(30_000);

afterEach(closeApps);

/** An application where accounts log in; the password of all is `right`. */
const service = async (given: Environment = {}): Promise<TestApp> => {
  const started = await testApp({ AUTH_RATE_LIMIT_MAX: '2', AUTH_RATE_LIMIT_WINDOW_MS: '900000', ...given });
  const { app } = started;
  app.post<{ Body: { account: string; password: string } }>('/login', { config: { access: 'public' } }, async (request) => {
    const { account, password } = request.body;
    await app.authLimits.check(request, account);
    if (password !== 'right') {
      await app.authLimits.fail(request, account);
      throw new HttpProblem({ code: 'unauthorized', status: 401, detail: 'No.' });
    }
    await app.authLimits.succeed(account);
    return 'in';
  });
  app.get('/me', { config: { access: 'authenticated' } }, async (request) => request.principal?.subject);
  return started;
};

const login = ({ app }: TestApp, account: string, remoteAddress: string, password = 'wrong') =>
  app.inject({ method: 'POST', url: '/login', remoteAddress, payload: { account, password } });

const status = async (...given: Parameters<typeof login>): Promise<number> => (await login(...given)).statusCode;

const bad = { authorization: 'Bearer aaaa.bbbb.cccc' };

describe('in memory', () => {
  test('an account is locked for all addresses, with the time to wait, also for the right password', async () => {
    const one = await service();
    expect([await status(one, 'ada', '203.0.113.1'), await status(one, 'ada', '203.0.113.2')]).toEqual([401, 401]);
    const response = await login(one, 'ada', '203.0.113.3', 'right');
    expect(response.statusCode).toBe(429);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(response.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect(Number(response.headers['retry-after'])).toBeLessThanOrEqual(900);
    expect(await status(one, 'grace', '203.0.113.3', 'right')).toBe(200);
  });

  test('an address is locked for all accounts', async () => {
    const one = await service();
    expect([await status(one, 'ada', '203.0.113.1'), await status(one, 'grace', '203.0.113.1')]).toEqual([401, 401]);
    expect(await status(one, 'edsger', '203.0.113.1', 'right')).toBe(429);
    expect(await status(one, 'edsger', '203.0.113.2', 'right')).toBe(200);
  });

  test('a good login forgets the failures of the account, not those of the address', async () => {
    const one = await service();
    expect(await status(one, 'ada', '203.0.113.1')).toBe(401);
    expect(await status(one, 'ada', '203.0.113.2', 'right')).toBe(200);
    expect(await status(one, 'ada', '203.0.113.3')).toBe(401);
    expect(await status(one, 'ada', '203.0.113.4', 'right')).toBe(200);
    expect(await status(one, 'grace', '203.0.113.1')).toBe(401);
    expect(await status(one, 'grace', '203.0.113.1')).toBe(429);
  });

  test('of guesses sent at once, a right one is refused when the others were too many', async () => {
    const { app } = await service();
    const steps = {
      check: (request: FastifyRequest) => app.authLimits.check(request, 'ada'),
      fail: (request: FastifyRequest) => app.authLimits.fail(request, 'ada'),
      succeed: () => app.authLimits.succeed('ada'),
    };
    for (const [name, step] of Object.entries(steps)) {
      app.get(`/${name}`, { config: { access: 'public' } }, async (request) => (await step(request)) ?? '');
    }
    const status = async (step: keyof typeof steps, address: string) =>
      (await app.inject({ url: `/${step}`, remoteAddress: address })).statusCode;
    for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) expect(await status('check', address)).toBe(200);
    for (const address of ['203.0.113.2', '203.0.113.3']) expect(await status('fail', address)).toBe(200);
    expect(await status('succeed', '203.0.113.1')).toBe(429);
    expect(await status('check', '203.0.113.1')).toBe(429);
  });

  test('an account is the same in any case and with space around it', async () => {
    const one = await service();
    expect([await status(one, 'Ada@Example.org', '203.0.113.1'), await status(one, ' ada@example.org ', '203.0.113.2')]).toEqual([
      401, 401,
    ]);
    expect(await status(one, 'ADA@example.org', '203.0.113.3')).toBe(429);
  });

  test('changing addresses within a /64 does not help, and IPv4 is the same in both spellings', async () => {
    const one = await service();
    expect([await status(one, 'a', '2001:db8:0:1::1'), await status(one, 'b', '2001:db8:0:1:ffff::2')]).toEqual([401, 401]);
    expect(await status(one, 'c', '2001:db8:0:1:abcd:ef01:2345:6789')).toBe(429);
    expect(await status(one, 'd', '2001:db8:0:2::1')).toBe(401);
    expect([await status(one, 'e', '203.0.113.1'), await status(one, 'f', '::ffff:203.0.113.1')]).toEqual([401, 401]);
    expect(await status(one, 'g', '203.0.113.1')).toBe(429);
  });

  test('only a trusted proxy may say who the client is, and only what it added itself counts', async () => {
    const { app } = await service({ TRUST_PROXY: '10.0.0.0/8' });
    const me = async (remoteAddress: string, forwarded: string) =>
      (await app.inject({ url: '/me', remoteAddress, headers: { ...bad, 'x-forwarded-for': forwarded } })).statusCode;
    expect([await me('203.0.113.9', '198.51.100.1'), await me('203.0.113.9', '198.51.100.2')]).toEqual([401, 401]);
    expect(await me('203.0.113.9', '198.51.100.3')).toBe(429);
    expect([await me('10.0.0.1', '198.51.100.1, 203.0.113.1'), await me('10.0.0.2', '198.51.100.2, 203.0.113.1, 10.0.0.1')]).toEqual([
      401, 401,
    ]);
    expect(await me('10.0.0.1', '198.51.100.3, 203.0.113.1')).toBe(429);
    expect(await me('10.0.0.1', '198.51.100.3, 203.0.113.2')).toBe(401);
  });

  test('failures with tokens are limited, good tokens of the same address are not', async () => {
    const { app, as } = await service({ DATABASE_URL: (await testDatabase()).applicationUrl });
    const me = async (headers: Record<string, string>) => (await app.inject({ url: '/me', headers })).statusCode;
    expect([await me(bad), await me(bad)]).toEqual([401, 401]);
    const response = await app.inject({ url: '/me', headers: bad });
    expect(response.statusCode).toBe(429);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(60);
    expect(await me(as('ada'))).toBe(200);
    expect(await me({})).toBe(401);
  });

  test('switching the limit of requests off leaves this one on', async () => {
    const { app } = await service({ ENABLE_RATE_LIMITING: 'false' });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await app.inject({ url: '/me', headers: bad })).statusCode);
    expect(statuses).toEqual([401, 401, 429]);
  });
});

(hasRedis ? describe : describe.skip)('in Redis', () => {
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

  const until = async ({ app }: TestApp, ready: boolean): Promise<void> => {
    while (((app.redis?.status as string) === 'ready') !== ready) await sleep(10);
  };

  const connected = async (port: number, given: Environment = {}): Promise<TestApp> => {
    const started = await service({ REDIS_HOST: '127.0.0.1', REDIS_PORT: String(port), REDIS_PASSWORD: 'p@ss/word', ...given });
    await until(started, true);
    return started;
  };

  test('replicas count together, and forget together', async () => {
    const [one, two] = [await connected(redis.port), await connected(redis.port)];
    expect([await status(one, 'ada', '203.0.113.1'), await status(two, 'ada', '203.0.113.2')]).toEqual([401, 401]);
    expect([await status(one, 'ada', '203.0.113.3'), await status(two, 'ada', '203.0.113.3')]).toEqual([429, 429]);
    expect(await status(one, 'grace', '203.0.113.4')).toBe(401);
    expect(await status(two, 'grace', '203.0.113.5', 'right')).toBe(200);
    expect(await status(one, 'grace', '203.0.113.6')).toBe(401);
    expect(await status(one, 'edsger', '203.0.113.6')).toBe(401);
    expect(await status(two, 'alan', '203.0.113.6', 'right')).toBe(429);
  });

  test('keys do not tell the account', async () => {
    const one = await connected(redis.port, { REDIS_PREFIX: 'pet:' });
    await status(one, 'ada@example.org', '203.0.113.1');
    const names = (await one.app.redis?.keys('*'))?.filter((name) => name.includes('auth-failures')).sort() ?? [];
    expect(names).toEqual([expect.stringMatching(/^pet:auth-failures:account:[\w-]{43}$/), 'pet:auth-failures:address:203.0.113.1']);
  });

  test('the window ends, although failures go on in it', async () => {
    const { app } = await connected(redis.port, { AUTH_RATE_LIMIT_WINDOW_MS: '1500' });
    const failing = async (): Promise<number> => (await app.inject({ url: '/me', headers: bad })).statusCode;
    while ((await failing()) !== 429);
    let answer = 429;
    while (answer === 429) {
      await sleep(20);
      answer = await failing();
    }
    expect(answer).toBe(401);
  });

  test('while it is away memory counts, and when it is back they count together again', async () => {
    const [one, two] = [await connected(redis.port), await connected(redis.port)];
    expect(await status(one, 'ada', '203.0.113.1')).toBe(401);
    await redis.stop();
    const during = [];
    for (let n = 2; n < 6; n += 1) during.push(await status(one, 'ada', `203.0.113.${n}`));
    expect(during).toEqual([401, 401, 429, 429]);
    expect(await status(one, 'grace', '203.0.113.7', 'right')).toBe(200);

    await redis.start();
    await Promise.all([until(one, true), until(two, true)]);
    expect([await status(one, 'edsger', '203.0.113.8'), await status(two, 'edsger', '203.0.113.9')]).toEqual([401, 401]);
    expect([await status(one, 'edsger', '203.0.113.10'), await status(two, 'edsger', '203.0.113.10')]).toEqual([429, 429]);
  });

  test('what an outage left in memory is forgotten with the rest', async () => {
    const one = await connected(redis.port);
    await redis.stop();
    expect(await status(one, 'ada', '203.0.113.1')).toBe(401);
    await redis.start();
    await until(one, true);
    expect(await status(one, 'ada', '203.0.113.2', 'right')).toBe(200);
    await redis.stop();
    expect([await status(one, 'ada', '203.0.113.3'), await status(one, 'ada', '203.0.113.4')]).toEqual([401, 401]);
    expect(await status(one, 'ada', '203.0.113.5')).toBe(429);
  });

  test.each(['hold', 'cut'] as const)('the network to it can %s, and memory counts', async (mode) => {
    const one = await connected(proxy.port);
    proxy.become(mode);
    const during = [];
    for (let n = 1; n < 5; n += 1) during.push(await status(one, 'ada', `203.0.113.${n}`));
    expect(during).toEqual([401, 401, 429, 429]);
    await until(one, false);
    expect(await status(one, 'ada', '203.0.113.5', 'right')).toBe(429);
    expect(await status(one, 'grace', '203.0.113.6', 'right')).toBe(200);
  });

  test('answering reads only, as without the replicas that it asks for, memory counts', async () => {
    const one = await connected(redis.port);
    await one.app.redis?.config('SET', 'min-replicas-to-write', '1');
    expect([await status(one, 'ada', '203.0.113.1'), await status(one, 'ada', '203.0.113.2')]).toEqual([401, 401]);
    expect(await status(one, 'ada', '203.0.113.3', 'right')).toBe(429);
  });

  test.each(['single', 'cluster'])('away from the start (%s), memory counts', async (mode) => {
    await redis.stop();
    const one = await service({ REDIS_MODE: mode, REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redis.port), REDIS_PASSWORD: 'p@ss/word' });
    const answers = [];
    for (let n = 1; n < 4; n += 1) answers.push(await status(one, 'ada', `203.0.113.${n}`));
    expect(answers).toEqual([401, 401, 429]);
  });
});
