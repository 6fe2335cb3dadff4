import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { closeApps, type TestApp, testApp } from '../support/app';
import { testDatabase } from '../support/postgres';

afterEach(closeApps);

const withText = async (environment: Record<string, string>): Promise<TestApp> => {
  const service = await testApp(environment);
  service.app.get('/text/:length', { config: { access: 'public' } }, async (request, reply) => {
    const { length } = request.params as { length: string };
    return reply.type('application/json').send(JSON.stringify('x'.repeat(Number(length) - 2)));
  });
  service.app.get('/image', { config: { access: 'public' } }, async (_request, reply) => reply.type('image/png').send(Buffer.alloc(5_000)));
  return service;
};

describe('security headers', () => {
  test.each(['/health', '/nowhere', '/api/tasks'])('%s carries them, whatever its status', async (url) => {
    const { app } = await testApp();
    const { headers } = await app.inject({ url });
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  });
});

describe('CORS', () => {
  const origin = 'https://app.example.com';
  const preflight = { method: 'OPTIONS', url: '/api/tasks', headers: { origin, 'access-control-request-method': 'PATCH' } } as const;

  test('a configured origin may call, and read the ids of requests', async () => {
    const { app } = await testApp({ CORS_ORIGINS: origin });
    const { statusCode, headers } = await app.inject(preflight);
    expect(statusCode).toBe(204);
    expect(headers['access-control-allow-origin']).toBe(origin);
    expect(headers['access-control-allow-methods']).toContain('PATCH');
    const refused = await app.inject({ url: '/api/tasks', headers: { origin } });
    expect(refused.statusCode).toBe(401);
    expect(refused.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    expect(refused.headers['access-control-expose-headers']).toContain('x-request-id');
  });

  test('its pages may use every method that a route has, and the headers that routes read and answer', async () => {
    const { app } = await testApp({ CORS_ORIGINS: origin });
    const { headers } = await app.inject(preflight);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) expect(headers['access-control-allow-methods']).toContain(method);
    for (const name of ['authorization', 'if-match', 'if-none-match', 'idempotency-key']) {
      expect(headers['access-control-allow-headers']).toContain(name);
    }
    const answer = await app.inject({ url: '/health', headers: { origin } });
    for (const name of ['etag', 'location', 'retry-after', 'idempotency-replayed']) {
      expect(answer.headers['access-control-expose-headers']).toContain(name);
    }
  });

  test.each(['https://evil.example', 'https://app.example.com.evil.example', 'null'])('%s may not', async (other) => {
    const { app } = await testApp({ CORS_ORIGINS: origin });
    const { headers } = await app.inject({ ...preflight, headers: { ...preflight.headers, origin: other } });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test.each([
    ['the edge answers', { CORS_ORIGINS: origin, CORS_OWNER: 'edge' }],
    ['no origin is configured', {}],
  ])('where %s, the service says nothing', async (_name, environment) => {
    const { app } = await testApp(environment as Record<string, string>);
    for (const request of [preflight, { url: '/health', headers: { origin } }]) {
      const { headers } = await app.inject(request);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('compression', () => {
  const environment = { COMPRESSION_THRESHOLD: '1000' };

  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['deflate', inflateSync],
  ] as const)('an answer at the threshold is compressed with %s', async (encoding, unpack) => {
    const { app } = await withText(environment);
    const response = await app.inject({ url: '/text/1000', headers: { 'accept-encoding': encoding } });
    expect(response.headers['content-encoding']).toBe(encoding);
    expect(unpack(response.rawPayload)).toHaveLength(1_000);
  });

  test('a smaller one, an image, and one for a client that cannot unpack are not', async () => {
    const { app } = await withText(environment);
    for (const [url, encoding] of [
      ['/text/999', 'gzip'],
      ['/image', 'gzip'],
      ['/text/5000', 'identity'],
    ]) {
      const { headers } = await app.inject({ url, headers: { 'accept-encoding': encoding } });
      expect(headers).not.toHaveProperty('content-encoding');
    }
  });

  test('a compressed body is not unpacked', async () => {
    const { app, as } = await testApp({ DATABASE_URL: (await testDatabase()).applicationUrl });
    const headers = { ...as('ada'), 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await app.inject({ method: 'POST', url: '/api/tasks', headers, payload: Buffer.from([31, 139, 8, 0]) });
    expect(response.statusCode).toBe(400);
  });
});
