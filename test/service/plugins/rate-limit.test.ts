import { closeApps, testApp } from '../support/app';

afterEach(closeApps);

test('more requests than the limit are refused, with the time to wait, also for paths that do not exist', async () => {
  const { app } = await testApp({ RATE_LIMIT_MAX_REQUESTS: '2', RATE_LIMIT_WINDOW_MS: '60000' });
  expect((await app.inject({ url: '/a' })).statusCode).toBe(404);
  expect((await app.inject({ url: '/api/tasks' })).statusCode).toBe(401);
  const response = await app.inject({ url: '/b' });
  expect(response.statusCode).toBe(429);
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(response.json()).toMatchObject({ code: 'rate_limited', status: 429 });
  expect(response.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  expect(Number(response.headers['retry-after'])).toBeLessThanOrEqual(60);
  expect(response.headers).toMatchObject({
    'x-ratelimit-limit': '2',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': expect.anything(),
  });
});

test('the time to wait is a whole second at least', async () => {
  const { app } = await testApp({ RATE_LIMIT_MAX_REQUESTS: '1', RATE_LIMIT_WINDOW_MS: '200' });
  let response = await app.inject({ url: '/a' });
  while (response.statusCode !== 429) response = await app.inject({ url: '/a' });
  expect(response.headers['retry-after']).toBe('1');
});

test('probes are never refused', async () => {
  const { app } = await testApp({ RATE_LIMIT_MAX_REQUESTS: '1' });
  for (let n = 0; n < 5; n += 1) expect((await app.inject({ url: '/health' })).statusCode).toBe(200);
  expect((await app.inject({ url: '/a' })).statusCode).toBe(404);
});

test('clients are told apart by their address, of which IPv6 counts by /64', async () => {
  const { app } = await testApp({ RATE_LIMIT_MAX_REQUESTS: '1' });
  const from = async (remoteAddress: string) => (await app.inject({ url: '/a', remoteAddress })).statusCode;
  expect([await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.1')]).toEqual([404, 404, 429]);
  expect([await from('2001:db8:0:1::1'), await from('2001:db8:0:2::1'), await from('2001:db8:0:1:ffff::2')]).toEqual([404, 404, 429]);
});

test('only a trusted proxy may say who the client is, and only what it added itself counts', async () => {
  const { app } = await testApp({ RATE_LIMIT_MAX_REQUESTS: '1', TRUST_PROXY: '10.0.0.0/8' });
  const from = async (remoteAddress: string, forwarded: string) =>
    (await app.inject({ url: '/a', remoteAddress, headers: { 'x-forwarded-for': forwarded } })).statusCode;
  expect([await from('203.0.113.9', '198.51.100.1'), await from('203.0.113.9', '198.51.100.2')]).toEqual([404, 429]);
  expect([await from('10.0.0.1', '203.0.113.1'), await from('10.0.0.1', '203.0.113.2')]).toEqual([404, 404]);
  expect([await from('10.0.0.1', '198.51.100.1, 203.0.113.1'), await from('10.0.0.1', '203.0.113.9, 203.0.113.2')]).toEqual([429, 429]);
});

test('it can be switched off', async () => {
  const { app } = await testApp({ ENABLE_RATE_LIMITING: 'false', RATE_LIMIT_MAX_REQUESTS: '1' });
  for (let n = 0; n < 3; n += 1) expect((await app.inject({ url: '/a' })).statusCode).toBe(404);
});
