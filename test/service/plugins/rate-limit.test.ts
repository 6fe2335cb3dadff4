import { closeApps, testApp } from '../support/app';

afterEach(closeApps);

const bad = { authorization: 'Bearer aaaa.bbbb.cccc' };

test('more requests than the limit are refused, with the time to wait, also for paths that do not exist', async () => {
  const { app } = await testApp({ RATE_LIMIT_MAX_REQUESTS: '2', RATE_LIMIT_WINDOW_MS: '60000' });
  expect((await app.inject({ url: '/a' })).statusCode).toBe(404);
  expect((await app.inject({ url: '/api/tasks' })).statusCode).toBe(401);
  const response = await app.inject({ url: '/b' });
  expect(response.statusCode).toBe(429);
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(response.json()).toMatchObject({ code: 'rate_limited', status: 429 });
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(response.headers['retry-after'])).toBeLessThanOrEqual(60);
});

test('probes are never refused', async () => {
  const { app } = await testApp({ RATE_LIMIT_MAX_REQUESTS: '1' });
  for (let n = 0; n < 5; n += 1) expect((await app.inject({ url: '/health' })).statusCode).toBe(200);
  expect((await app.inject({ url: '/a' })).statusCode).toBe(404);
});

test('clients are told apart by their address, which only a trusted proxy may give', async () => {
  const from = (address: string) => ({ url: '/a', headers: { 'x-forwarded-for': address } });
  const trusting = await testApp({ RATE_LIMIT_MAX_REQUESTS: '1', TRUST_PROXY: '127.0.0.0/8' });
  expect((await trusting.app.inject(from('203.0.113.1'))).statusCode).toBe(404);
  expect((await trusting.app.inject(from('203.0.113.2'))).statusCode).toBe(404);
  expect((await trusting.app.inject(from('203.0.113.1'))).statusCode).toBe(429);
  const plain = await testApp({ RATE_LIMIT_MAX_REQUESTS: '1' });
  expect((await plain.app.inject(from('203.0.113.1'))).statusCode).toBe(404);
  expect((await plain.app.inject(from('203.0.113.2'))).statusCode).toBe(429);
});

test('failed authentications have a limit of their own, which good tokens of the same address pass', async () => {
  const { app, as } = await testApp({ AUTH_RATE_LIMIT_MAX: '2', AUTH_RATE_LIMIT_WINDOW_MS: '900000' });
  app.get('/me', { config: { public: false } }, async (request) => request.user.sub);
  const status = async (headers: Record<string, string>) => (await app.inject({ url: '/me', headers })).statusCode;
  expect([await status(bad), await status(bad)]).toEqual([401, 401]);
  const response = await app.inject({ url: '/me', headers: bad });
  expect(response.statusCode).toBe(429);
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(60);
  expect(await status(as('ada'))).toBe(200);
  expect(await status({})).toBe(401);
});

test('limits can be switched off', async () => {
  const { app } = await testApp({ ENABLE_RATE_LIMITING: 'false', RATE_LIMIT_MAX_REQUESTS: '1', AUTH_RATE_LIMIT_MAX: '1' });
  for (let n = 0; n < 3; n += 1) expect((await app.inject({ url: '/api/tasks', headers: bad })).statusCode).toBe(401);
});
