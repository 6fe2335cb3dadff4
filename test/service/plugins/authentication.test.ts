import { accessKey, claimsOf, closeApps, now, signedToken, type TestApp, testApp } from '../support/app';
import { testDatabase } from '../support/postgres';

const databaseUrl = async () => (await testDatabase()).applicationUrl;

let service: TestApp;

beforeAll(async () => {
  // Refused so often here that the limit would hide it; that one has its own test.
  service = await testApp({ AUTH_RATE_LIMIT_MAX: '1000', DATABASE_URL: await databaseUrl() });
  service.app.get('/me', { config: { access: 'authenticated' } }, async (request) => request.principal?.subject);
});
afterAll(closeApps);

const claims = (given: object = {}) => claimsOf('ada', given);
const token = (payload: object, ...signed: Partial<[object, string, string]>) => signedToken(payload, ...signed);

const call = (authorization?: string, url = '/me') =>
  service.app.inject({ url, headers: authorization === undefined ? {} : { authorization } });

const reasons = () => service.lines.filter(({ component }) => component === 'auth').map(({ reason }) => reason);

test('a good token lets its subject in', async () => {
  expect((await call(`Bearer ${token(claims())}`)).body).toBe('ada');
  expect((await call(`bearer ${token(claims())}`)).body).toBe('ada');
  expect((await call(service.as('grace').authorization)).body).toBe('grace');
});

const whole = token(claims());

// What each provider accepts and refuses has its own tests in identity/; here, that the plugin asks.
test.each([
  ['missing_token', undefined],
  ['malformed_header', 'Bearer'],
  ['malformed_header', `Basic ${Buffer.from('ada:secret').toString('base64')}`],
  ['malformed_header', 'Bearer not-a-token'],
  ['malformed_header', `Bearer ${whole} ${whole}`],
  ['invalid_signature', `Bearer ${token(claims(), undefined, 'another key, as long as the right one')}`],
  ['invalid_algorithm', `Bearer ${token(claims(), { alg: 'HS512' }, accessKey, 'sha512')}`],
  ['expired', `Bearer ${token(claims({ exp: now() - 60 }))}`],
  ['inactive', `Bearer ${token(claims({ nbf: now() + 600 }))}`],
  ['unknown_issuer', `Bearer ${token(claims({ iss: 'somebody-else' }))}`],
  ['invalid_claim', `Bearer ${token(claims({ aud: 'another-service' }))}`],
  ['invalid_subject', `Bearer ${token(claims({ sub: 'a\0b' }))}`],
])('%s is told to the log and not to the client', async (reason, authorization) => {
  const response = await call(authorization);
  expect(response.statusCode).toBe(401);
  expect(response.headers['www-authenticate']).toBe('Bearer');
  expect(response.json()).toMatchObject({ code: 'unauthorized', detail: 'This needs a valid access token.' });
  expect(reasons().at(-1)).toBe(reason);
});

test('nothing of a token stands in the log', () => {
  expect(JSON.stringify(service.lines)).not.toContain(whole.split('.')[1]);
});

test('without the feature nobody gets in', async () => {
  const { app, lines } = await testApp({ FEATURES: '' });
  app.get('/me', { config: { access: 'authenticated' } }, async () => 'in');
  expect((await app.inject({ url: '/me', headers: { authorization: `Bearer ${whole}` } })).statusCode).toBe(401);
  expect(lines.at(-2)).toMatchObject({ component: 'auth', reason: 'unknown_issuer' });
});

test('with Better Auth, its key lets in and our own does not', async () => {
  const theirKey = 'a key that Better Auth shares with us';
  const { app } = await testApp({ FEATURES: 'auth.betterAuth', BETTER_AUTH_SECRET: theirKey, DATABASE_URL: await databaseUrl() });
  app.get('/me', { config: { access: 'authenticated' } }, async (request) => request.principal?.subject);
  const statusFor = async (key: string) =>
    (await app.inject({ url: '/me', headers: { authorization: `Bearer ${token(claims(), undefined, key)}` } })).statusCode;
  expect(await statusFor(theirKey)).toBe(200);
  expect(await statusFor(accessKey)).toBe(401);
});

test('health is public, and an unknown path is not found rather than forbidden', async () => {
  expect((await call(undefined, '/health')).statusCode).toBe(200);
  expect((await call(undefined, '/nowhere')).statusCode).toBe(404);
});
