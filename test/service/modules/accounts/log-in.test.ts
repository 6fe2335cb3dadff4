import { getRounds, hash } from 'bcrypt';
import {
  accountService,
  auditEntries,
  claimsIn,
  goodPassword,
  localEnvironment,
  logIn,
  me,
  passwordHashOf,
  post,
  refresh,
  register,
} from '../../support/accounts';
import { closeApps, type TestApp, testApp } from '../../support/app';
import { query, type TestDatabase } from '../../support/postgres';

jest.setTimeout(60_000);

let database: TestDatabase;
let service: TestApp;

beforeAll(async () => {
  ({ database, service } = await accountService());
});
afterAll(closeApps);

const setHash = (email: string, passwordHash: string) =>
  query(database.ownerUrl, 'UPDATE credentials SET password_hash = $2 FROM users WHERE users.id = user_id AND email = $1', [
    email,
    passwordHash,
  ]);

test('a login opens with the right password, for the organization that was joined first or the one that is named', async () => {
  const { email, tokens } = await register(service);
  const { sub, org } = claimsIn(tokens.accessToken);
  const [second] = await query<{ id: string }>(database.ownerUrl, `INSERT INTO organizations (name) VALUES ('Second') RETURNING id`);
  await query(database.ownerUrl, `INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'viewer')`, [second?.id, sub]);
  expect(claimsIn((await logIn(service, email)).json().accessToken).org).toBe(org);
  const named = await post(service, 'login', { email, password: goodPassword, organizationId: second?.id });
  expect((await me(service, named.json().accessToken)).json()).toMatchObject({ organization: { name: 'Second' }, role: 'viewer' });
  const written = await post(service, 'login', { email, password: goodPassword, organizationId: second?.id.toUpperCase() });
  expect(written.statusCode).toBe(200);
});

test('a login ends the oldest sessions of a member who has a thousand', async () => {
  const { email, tokens } = await register(service);
  const { org, sub } = claimsIn(tokens.accessToken);
  const newer = (await logIn(service, email)).json().accessToken;
  const others = `INSERT INTO sessions (organization_id, user_id, expires_at) SELECT $1, $2, now() + interval '1 day' FROM generate_series(1, 998)`;
  await query(database.ownerUrl, others, [org, sub]);
  const newest = (await logIn(service, email)).json().accessToken;
  const statuses = [tokens.accessToken, newer, newest].map(async (token) => (await me(service, token)).statusCode);
  expect(await Promise.all(statuses)).toEqual([401, 200, 200]);
  expect((await refresh(service, tokens.refreshToken)).statusCode).toBe(401);
});

test('a login answers the same, with the same work, whatever does not fit', async () => {
  const { email, tokens } = await register(service);
  const { sub, org } = claimsIn(tokens.accessToken);
  const verify = jest.spyOn(service.app.passwords, 'verify');
  const answers = [
    await logIn(service, email, 'another password entirely'),
    await logIn(service, 'nobody@example.com'),
    await post(service, 'login', { email, password: goodPassword, organizationId: '00000000-0000-4000-8000-000000000000' }),
    // Longer than bcrypt sees: compared all the same.
    await logIn(service, email, 'x'.repeat(200)),
  ];
  expect(verify).toHaveBeenCalledTimes(answers.length);
  verify.mockRestore();
  const told = answers.map((answer) => {
    const { requestId, ...body } = answer.json();
    // The rest tells when, and how many requests came before.
    const headers = Object.entries(answer.headers).filter(([name]) => !/^(date|x-request-id|x-ratelimit-.*)$/.test(name));
    return { status: answer.statusCode, body, headers };
  });
  expect(told[0]).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
  expect(new Set(told.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const failures = { action: 'session.begin', outcome: 'failure' };
  expect(await auditEntries(database, `outcome = 'failure' AND action = 'session.begin' AND user_id = $1`, sub)).toEqual(
    Array(3).fill({ ...failures, organization_id: org, user_id: sub }),
  );
  expect(await auditEntries(database, `outcome = 'failure' AND action = 'session.begin' AND user_id IS NULL`)).toHaveLength(1);
});

test.each([
  ['no password', { email: 'a@b.example' }, '/password'],
  ['a password that is none', { email: 'a@b.example', password: 1 }, '/password'],
  ['an organization that is none', { email: 'a@b.example', password: 'x', organizationId: '1' }, '/organizationId'],
])('%s is refused with a pointer to it', async (_name, body, pointer) => {
  const response = await post(service, 'login', body);
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ errors: [{ in: 'body', pointer }] });
});

test('a login hashes anew when the cost rose, and the password goes on opening', async () => {
  const { email } = await register(service);
  expect(getRounds(await passwordHashOf(database, email))).toBe(10);
  const dearer = await testApp(
    localEnvironment({ DATABASE_URL: database.applicationUrl, BCRYPT_SALT_ROUNDS: '11', AUTH_RATE_LIMIT_MAX: '1000' }),
  );
  expect((await logIn(dearer, email)).statusCode).toBe(200);
  expect(getRounds(await passwordHashOf(database, email))).toBe(11);
  // Of a lower cost than the hash: nothing is taken back.
  expect((await logIn(service, email)).statusCode).toBe(200);
  expect(getRounds(await passwordHashOf(database, email))).toBe(11);
});

test('a login opens with a password from before the rules, although it cannot be hashed anew', async () => {
  const { email } = await register(service);
  const old = await hash('short', 4);
  await setHash(email, old);
  expect((await logIn(service, email, 'short')).statusCode).toBe(200);
  expect(await passwordHashOf(database, email)).toBe(old);
});

test('a login does not bring back a password that was changed while it was hashed anew', async () => {
  const { email } = await register(service);
  await setHash(email, await hash(goodPassword, 4));
  const chosen = await hash('chosen in the meantime', 10);
  const renewal = jest.spyOn(service.app.passwords, 'hash').mockImplementationOnce(async (text) => {
    await setHash(email, chosen);
    return hash(text, 10);
  });
  const response = await logIn(service, email);
  renewal.mockRestore();
  expect(response.statusCode).toBe(401);
  expect(await passwordHashOf(database, email)).toBe(chosen);
});

test('a login begins nothing when the password is changed after it was compared', async () => {
  const { email } = await register(service);
  const { verify } = service.app.passwords;
  const comparison = jest.spyOn(service.app.passwords, 'verify').mockImplementationOnce(async (...given) => {
    const matches = await verify(...given);
    await setHash(email, await hash('chosen in the meantime', 10));
    return matches;
  });
  expect((await logIn(service, email)).statusCode).toBe(401);
  comparison.mockRestore();
});

test('a login removes sessions of the account that ended long ago, and no others', async () => {
  const { email, tokens } = await register(service);
  const other = await register(service);
  const { sid, sub } = claimsIn(tokens.accessToken);
  const age = `UPDATE sessions SET expires_at = now() - interval '31 days' WHERE id = ANY($1)`;
  await query(database.ownerUrl, age, [[sid, claimsIn(other.tokens.accessToken).sid]]);
  const revoked = claimsIn((await logIn(service, email)).json().accessToken).sid;
  await query(database.ownerUrl, `UPDATE sessions SET revoked_at = now() - interval '29 days' WHERE id = $1`, [revoked]);
  const { sid: latest } = claimsIn((await logIn(service, email)).json().accessToken);
  const left = await query<{ id: string }>(database.ownerUrl, 'SELECT id FROM sessions WHERE user_id = $1 ORDER BY id', [sub]);
  expect(left.map(({ id }) => id)).toEqual([revoked, latest].sort());
  const theirs = await query(database.ownerUrl, 'SELECT id FROM sessions WHERE user_id = $1', [claimsIn(other.tokens.accessToken).sub]);
  expect(theirs).toHaveLength(1);
});
