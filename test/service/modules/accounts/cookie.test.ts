import { bearer, goodPassword, localEnvironment, logIn, post, register } from '../../support/accounts';
import { closeApps, type Environment, type TestApp, testApp } from '../../support/app';
import { query, type TestDatabase, testDatabase } from '../../support/postgres';

jest.setTimeout(30_000);

let database: TestDatabase;
let service: TestApp;

const started = (given: Environment = {}) => testApp(localEnvironment({ DATABASE_URL: database.applicationUrl, ...given }));

beforeAll(async () => {
  database = await testDatabase();
  service = await started({ AUTH_RATE_LIMIT_MAX: '1000', CORS_ORIGINS: 'https://app.example.com' });
});
afterAll(closeApps);

const setCookieOf = (response: { headers: Record<string, unknown> }): string => String(response.headers['set-cookie']);

const cookieFor = async (email: string, at = service): Promise<string> => {
  const response = await post(at, 'session', { email, password: goodPassword });
  expect([response.statusCode, response.body]).toEqual([204, '']);
  return setCookieOf(response).split(';')[0] ?? '';
};

const me = async (cookie: string, at = service): Promise<number> =>
  (await at.app.inject({ url: '/api/auth/me', headers: { cookie } })).statusCode;

const create = async (cookie: string, headers: Record<string, string> = {}) =>
  service.app.inject({ method: 'POST', url: '/api/tasks', headers: { cookie, ...headers }, payload: { title: 'By cookie' } });

const reason = () => service.lines.filter(({ msg }) => msg === 'auth refused').at(-1)?.reason;

test('a login gives a cookie that no script reads and no other site sends, for as long as the session lasts', async () => {
  const { email } = await register(service);
  const response = await post(service, 'session', { email, password: goodPassword });
  const [value, ...attributes] = setCookieOf(response).split('; ');
  expect(value).toMatch(/^__Host-session=[0-9a-f-]{36}\.[\w%/+-]+$/);
  expect(attributes.map((attribute) => attribute.split('=')[0]).sort()).toEqual(['Expires', 'HttpOnly', 'Path', 'SameSite', 'Secure']);
  expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'SameSite=Strict']));
  const expires = Date.parse(attributes.find((attribute) => attribute.startsWith('Expires='))?.slice(8) ?? '');
  const [row] = await query<{ expires: Date }>(database.ownerUrl, 'SELECT expires_at AS expires FROM sessions ORDER BY id DESC LIMIT 1');
  expect(expires).toBe(Math.floor((row?.expires.getTime() ?? 0) / 1_000) * 1_000);
  expect(await me(value ?? '')).toBe(200);
  expect((await create(value ?? '')).statusCode).toBe(201);
});

test('it lasts as long as SESSION_TIMEOUT says, and not longer', async () => {
  const brief = await started({ SESSION_TIMEOUT: '60' });
  const { email } = await register(brief);
  const cookie = await cookieFor(email, brief);
  const [row] = await query<{ seconds: number }>(
    database.ownerUrl,
    'SELECT extract(epoch FROM expires_at - created_at)::float8 AS seconds FROM sessions ORDER BY id DESC LIMIT 1',
  );
  expect(Math.round(row?.seconds ?? 0)).toBe(60);
  expect(await me(cookie, brief)).toBe(200);
  await query(database.ownerUrl, 'UPDATE sessions SET expires_at = now()');
  expect(await me(cookie, brief)).toBe(401);
});

test('a wrong password gets none, and counts as at a login', async () => {
  const { email } = await register(service);
  const response = await post(service, 'session', { email, password: 'a wrong password' });
  expect([response.statusCode, response.headers['set-cookie']]).toEqual([401, undefined]);
  const strict = await started();
  for (let n = 1; n <= 5; n += 1) await post(strict, 'session', { email, password: 'a wrong password' }, {}, `203.0.113.${n}`);
  expect((await post(strict, 'session', { email, password: goodPassword }, {}, '203.0.113.6')).statusCode).toBe(429);
  expect((await logIn(strict, email, goodPassword, '203.0.113.7')).statusCode).toBe(429);
});

test('what nobody signed, or another key did, opens nothing', async () => {
  const { email } = await register(service);
  const cookie = await cookieFor(email);
  const [id] = cookie.slice('__Host-session='.length).split('.');
  const stranger = await started({ SESSION_SECRET: 'a key that signs the cookies of others' });
  for (const bad of [`__Host-session=${id}`, `${cookie}x`, '__Host-session=', await cookieFor(email, stranger)]) {
    expect(await me(bad)).toBe(401);
    expect(reason()).toBe('invalid_signature');
  }
  const another = encodeURIComponent(service.app.signCookie('something else'));
  expect(await me(`__Host-session=${another}`)).toBe(401);
  expect(reason()).toBe('malformed');
  expect(await me('session=1')).toBe(401);
  expect(reason()).toBe('missing_token');
});

test('a key that changed is accepted as the one before, and signs none', async () => {
  const { email } = await register(service);
  const old = await cookieFor(email);
  const keys = {
    SESSION_SECRET: 'the key that came after the first one',
    SESSION_SECRET_PREVIOUS: localEnvironment().SESSION_SECRET as string,
  };
  const rotated = await started(keys);
  expect(await me(old, rotated)).toBe(200);
  const fresh = await cookieFor(email, rotated);
  expect(await me(fresh, rotated)).toBe(200);
  expect(await me(fresh)).toBe(401);
  const later = await started({ SESSION_SECRET: keys.SESSION_SECRET });
  expect(await me(old, later)).toBe(401);
});

test.each([
  ['another site', 'https://evil.example'],
  ['a site of the same domain', 'https://other.example.com'],
  ['the same host at another port', 'http://localhost:8080'],
  ['a page without an origin of its own', 'null'],
])('%s may not act with it, and may not read what it was answered', async (_name, origin) => {
  const { email } = await register(service);
  const cookie = await cookieFor(email);
  expect((await create(cookie, { origin })).statusCode).toBe(401);
  expect(reason()).toBe('foreign_origin');
  const read = await service.app.inject({ url: '/api/auth/me', headers: { cookie, origin } });
  expect(read.headers['access-control-allow-credentials']).toBeUndefined();
  expect(read.headers['access-control-allow-origin']).not.toBe(origin);
});

test.each(['https://app.example.com', 'http://localhost:80', 'https://localhost'])('a page of %s may act with it', async (origin) => {
  const { email } = await register(service);
  const host = new URL(origin).host === 'localhost' ? 'localhost' : 'localhost:80';
  expect((await create(await cookieFor(email), { origin, host })).statusCode).toBe(201);
});

test('a form of another site cannot log somebody in', async () => {
  const { email } = await register(service);
  const response = await service.app.inject({
    method: 'POST',
    url: '/api/auth/session',
    headers: { 'content-type': 'text/plain', origin: 'https://evil.example' },
    payload: JSON.stringify({ email, password: goodPassword }),
  });
  expect([response.statusCode, response.headers['set-cookie']]).toEqual([415, undefined]);
});

test('logout ends the session and takes the cookie away', async () => {
  const { email } = await register(service);
  const [cookie, other] = [await cookieFor(email), await cookieFor(email)];
  const response = await post(service, 'logout', undefined, { cookie });
  expect(response.statusCode).toBe(204);
  expect(setCookieOf(response)).toMatch(/^__Host-session=; .*Expires=Thu, 01 Jan 1970/);
  expect(setCookieOf(response)).toContain('Secure');
  expect(await me(cookie)).toBe(401);
  expect(await me(other)).toBe(200);
});

test('a change of the password ends it, and with a token beside it the token counts', async () => {
  const { email, tokens } = await register(service);
  const cookie = await cookieFor(email);
  const change = { currentPassword: goodPassword, newPassword: 'a better one, at last' };
  expect((await post(service, 'password', change, { cookie, ...bearer(tokens.accessToken) })).statusCode).toBe(204);
  expect(await me(cookie)).toBe(401);
});

test('without SESSION_SECRET there are no cookies', async () => {
  const { SESSION_SECRET: _, ...without } = localEnvironment({ DATABASE_URL: database.applicationUrl });
  const bare = await testApp(without);
  const { email, tokens } = await register(bare);
  expect((await post(bare, 'session', { email, password: goodPassword })).statusCode).toBe(404);
  expect(await me(await cookieFor(email), bare)).toBe(401);
  const response = await post(bare, 'logout', undefined, bearer(tokens.accessToken));
  expect([response.statusCode, response.headers['set-cookie']]).toEqual([204, undefined]);
});
