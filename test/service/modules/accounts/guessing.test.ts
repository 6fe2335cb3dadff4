import { bearer, claimsIn, goodPassword, localEnvironment, logIn, me, post, refresh, register } from '../../support/accounts';
import { closeApps, type TestApp, testApp } from '../../support/app';
import { query, type TestDatabase, testDatabase } from '../../support/postgres';

jest.setTimeout(60_000);

let database: TestDatabase;
let service: TestApp;

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  service = await testApp(localEnvironment({ DATABASE_URL: database.applicationUrl }));
});
afterEach(closeApps);

test('an account is locked after five failures, before a password is compared', async () => {
  const { email } = await register(service);
  const statuses = [];
  for (let n = 1; n <= 5; n += 1) statuses.push((await logIn(service, email, 'a wrong password', `203.0.113.${n}`)).statusCode);
  expect(statuses).toEqual([401, 401, 401, 401, 401]);
  const verify = jest.spyOn(service.app.passwords, 'verify');
  const response = await logIn(service, email, goodPassword, '203.0.113.6');
  expect([response.statusCode, response.json().code]).toEqual([429, 'rate_limited']);
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(60);
  expect(verify).not.toHaveBeenCalled();
});

test('an address is locked after five failures at other accounts, known or not', async () => {
  const { email } = await register(service);
  for (let n = 1; n <= 5; n += 1) await logIn(service, `unknown-${n}@example.com`, 'a wrong password', '203.0.113.1');
  expect((await logIn(service, email, goodPassword, '203.0.113.1')).statusCode).toBe(429);
  expect((await logIn(service, email, goodPassword, '203.0.113.2')).statusCode).toBe(200);
});

test('counting begins anew after a success', async () => {
  const { email } = await register(service);
  for (let n = 1; n <= 4; n += 1) await logIn(service, email, 'a wrong password', `203.0.113.${n}`);
  expect((await logIn(service, email)).statusCode).toBe(200);
  for (let n = 5; n <= 8; n += 1) await logIn(service, email, 'a wrong password', `203.0.113.${n}`);
  expect((await logIn(service, email)).statusCode).toBe(200);
});

test('guesses sent at once give the right password away to nobody', async () => {
  const { email, tokens } = await register(service);
  // Held until the wrong ones have been counted, as if it had been the last of many to be compared.
  const { verify } = service.app.passwords;
  jest.spyOn(service.app.passwords, 'verify').mockImplementationOnce(async (...given) => {
    for (let n = 1; n <= 5; n += 1) await logIn(service, email, 'a wrong password', `203.0.113.${n}`);
    return verify(...given);
  });
  expect((await logIn(service, email, goodPassword, '203.0.113.6')).statusCode).toBe(429);
  const sessions = await query(database.ownerUrl, 'SELECT id FROM sessions WHERE user_id = $1', [claimsIn(tokens.accessToken).sub]);
  expect(sessions).toHaveLength(1);
});

test('the current password with a stolen token is limited as well, from wherever', async () => {
  const { tokens } = await register(service);
  const guess = (currentPassword: string, address: string) =>
    post(service, 'password', { currentPassword, newPassword: 'mine from now on' }, bearer(tokens.accessToken), address);
  for (let n = 1; n <= 5; n += 1) expect((await guess('a wrong password', `203.0.113.${n}`)).statusCode).toBe(403);
  expect((await guess(goodPassword, '203.0.113.6')).statusCode).toBe(429);
});

test('tokens that have ended are no guesses, tokens that were made up are', async () => {
  const { email, tokens } = await register(service);
  await post(service, 'logout', undefined, bearer(tokens.accessToken));
  for (let n = 1; n <= 7; n += 1) {
    expect((await me(service, tokens.accessToken)).statusCode).toBe(401);
    expect((await refresh(service, tokens.refreshToken)).statusCode).toBe(401);
  }
  expect((await logIn(service, email)).statusCode).toBe(200);
  const made = `${tokens.refreshToken.slice(0, -4)}AAAA`;
  const statuses = [];
  for (let n = 1; n <= 6; n += 1) statuses.push((await refresh(service, made)).statusCode);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
});
