import { SignJWT } from 'jose';
import { localKeys } from '../../../../service/identity/tokens/local-tokens';
import type { Tokens } from '../../../../service/modules/accounts/tokens';
import { bearer, claimsIn, localEnvironment, logIn, me, refresh, register } from '../../support/accounts';
import { closeApps, configOf, type TestApp, testApp } from '../../support/app';
import { query, type TestDatabase, testDatabase } from '../../support/postgres';
import { hasRedis, type TestRedis, testRedis } from '../../support/redis';
import { until } from '../../support/until';

jest.setTimeout(60_000);

let database: TestDatabase;
let redis: TestRedis | undefined;
let one: TestApp;
let two: TestApp;

beforeAll(async () => {
  database = await testDatabase();
  redis = hasRedis ? await testRedis() : undefined;
  const environment = localEnvironment({ DATABASE_URL: database.applicationUrl, ...(redis ? { REDIS_URL: redis.url } : {}) });
  [one, two] = await Promise.all([testApp(environment), testApp(environment)]);
  await Promise.all([one.app.ready(), two.app.ready()]);
});
afterAll(async () => {
  await closeApps();
  await redis?.stop();
});

const sidOf = ({ accessToken }: Tokens) => claimsIn(accessToken).sid;
const jtiOf = ({ refreshToken }: Tokens) => claimsIn(refreshToken).jti;

const tokensIn = (tokens: Tokens) =>
  query<{ id: string; used: boolean }>(
    database.ownerUrl,
    'SELECT id, used_at IS NOT NULL AS used FROM refresh_tokens WHERE session_id = $1 ORDER BY created_at',
    [sidOf(tokens)],
  );

/** As if it had been used that much earlier. */
const usedBefore = (tokens: Tokens, seconds: number) =>
  query(database.ownerUrl, `UPDATE refresh_tokens SET used_at = used_at - make_interval(secs => $2) WHERE id = $1`, [
    jtiOf(tokens),
    seconds,
  ]);

const renewed = async (tokens: Tokens, service = one): Promise<Tokens> => {
  const response = await refresh(service, tokens.refreshToken);
  expect(response.statusCode).toBe(200);
  return response.json();
};

const reasons = ({ lines }: TestApp) => lines.filter(({ msg }) => msg === 'auth refused').map(({ reason }) => reason);

test('a refresh token gives its successor, which gives the next, for the same session', async () => {
  const { tokens } = await register(one);
  const first = await renewed(tokens);
  const second = await renewed(first, two);
  expect(new Set([tokens, first, second].map(jtiOf)).size).toBe(3);
  expect(new Set([tokens, first, second].map(sidOf)).size).toBe(1);
  expect((await me(two, second.accessToken)).statusCode).toBe(200);
  expect((await me(one, tokens.accessToken)).statusCode).toBe(200);
});

test('twenty refreshes of one token at once, in two processes, all get the same successor, and the session lives', async () => {
  const { tokens } = await register(one);
  const responses = await Promise.all(Array.from({ length: 20 }, (_, n) => refresh(n % 2 ? one : two, tokens.refreshToken)));
  expect(responses.map(({ statusCode }) => statusCode)).toEqual(Array(20).fill(200));
  const answers = responses.map((response) => response.json<Tokens>());
  expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
  const [answer] = answers as [Tokens];
  expect(await tokensIn(tokens)).toEqual([
    { id: jtiOf(tokens), used: true },
    { id: jtiOf(answer), used: false },
  ]);
  for (const { accessToken } of answers) expect((await me(two, accessToken)).statusCode).toBe(200);
  await renewed(answer, two);
});

test('within the overlap a used token gives the one that is good now, also when its successor was used already', async () => {
  const { tokens } = await register(one);
  const first = await renewed(tokens);
  const second = await renewed(first);
  await usedBefore(tokens, 8);
  expect(jtiOf(await renewed(tokens, two))).toBe(jtiOf(second));
  expect(await tokensIn(tokens)).toHaveLength(3);
  await renewed(second);
});

test('the overlap begins with the first use, and later uses do not extend it', async () => {
  const { tokens } = await register(one);
  await renewed(tokens);
  await usedBefore(tokens, 8);
  await renewed(tokens);
  await usedBefore(tokens, 3);
  expect((await refresh(one, tokens.refreshToken)).statusCode).toBe(401);
});

(hasRedis ? test : test.skip)(
  'a token that comes again after the overlap ends the session for all who have it, in every process',
  async () => {
    const { email, tokens } = await register(one);
    const owners = await renewed(tokens);
    const elsewhere = (await logIn(one, email)).json<Tokens>();
    const each = () => Promise.all([one, two].flatMap((service) => [tokens, owners].map(({ accessToken }) => me(service, accessToken))));
    expect((await each()).map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    await usedBefore(tokens, 11);

    const response = await refresh(two, tokens.refreshToken);
    expect([response.statusCode, response.json().code]).toEqual([401, 'invalid_refresh_token']);
    // Announced through Redis, so it is a matter of milliseconds; without that, principals would be kept for longer than this test runs.
    await until(async () => (await each()).every(({ statusCode }) => statusCode === 401));
    expect((await refresh(one, owners.refreshToken)).statusCode).toBe(401);
    expect((await refresh(two, tokens.refreshToken)).statusCode).toBe(401);
    expect(reasons(two)).toContain('refresh_token_reused');

    expect((await me(one, elsewhere.accessToken)).statusCode).toBe(200);
    const { sub, org, sid } = claimsIn(tokens.accessToken);
    const entries = await query(database.ownerUrl, `SELECT * FROM audit_log WHERE action = 'session.reuse' AND target = $1`, [sid]);
    expect(entries).toMatchObject([{ organization_id: org, user_id: sub, outcome: 'failure' }]);
  },
);

test.each([
  ['was tampered with', 'invalid_signature', ({ refreshToken }: Tokens) => `${refreshToken.slice(0, -4)}AAAA`],
  ['is an access token', 'unknown_key', ({ accessToken }: Tokens) => accessToken],
  ['is none', 'malformed', () => 'a.b.c'],
])('a token that %s is refused, with the same answer', async (_name, reason, change) => {
  const { tokens } = await register(one);
  const response = await refresh(one, change(tokens));
  expect(response.statusCode).toBe(401);
  expect(response.json()).toMatchObject({
    code: 'invalid_refresh_token',
    detail: 'This refresh token is not good, or no longer. Log in again.',
  });
  expect(reasons(one).at(-1)).toBe(reason);
  await renewed(tokens);
});

test('with one key for both kinds of tokens, neither passes as the other', async () => {
  const key = 'one key that signs tokens of both kinds';
  const same = await testApp(localEnvironment({ DATABASE_URL: database.applicationUrl, JWT_SECRET: key, JWT_REFRESH_SECRET: key }));
  const { tokens } = await register(same);
  expect((await refresh(same, tokens.accessToken)).statusCode).toBe(401);
  expect((await same.app.inject({ url: '/api/auth/me', headers: bearer(tokens.refreshToken) })).statusCode).toBe(401);
  await renewed(tokens, same);
});

test('a token that has expired is refused', async () => {
  const { tokens } = await register(one);
  const { iss, aud, jti, sid } = claimsIn(tokens.refreshToken);
  const [{ id, key }] = localKeys(configOf()).refresh;
  const past = Math.floor(Date.now() / 1_000) - 60;
  const expired = await new SignJWT({ iss, aud, jti, sid, iat: past - 60, exp: past } as Record<string, unknown>)
    .setProtectedHeader({ alg: 'HS256', typ: 'rt+jwt', kid: id })
    .sign(await key);
  expect((await refresh(one, expired)).statusCode).toBe(401);
  expect(reasons(one).at(-1)).toBe('expired');
  expect(await tokensIn(tokens)).toEqual([{ id: jtiOf(tokens), used: false }]);
});

test('no token outlives its session, and rows of expired tokens go', async () => {
  const { tokens } = await register(one);
  await query(database.ownerUrl, `UPDATE sessions SET expires_at = now() + interval '1 hour' WHERE id = $1`, [sidOf(tokens)]);
  const last = await renewed(tokens);
  expect(last.refreshExpiresIn).toBeLessThanOrEqual(3_600);
  await query(database.ownerUrl, `UPDATE refresh_tokens SET expires_at = now() - interval '1 minute' WHERE id = $1`, [jtiOf(tokens)]);
  await renewed(last);
  expect((await tokensIn(tokens)).map(({ id }) => id)).not.toContain(jtiOf(tokens));
  await query(database.ownerUrl, `UPDATE sessions SET expires_at = now() WHERE id = $1`, [sidOf(tokens)]);
  expect((await refresh(one, last.refreshToken)).statusCode).toBe(401);
  expect(reasons(one).at(-1)).toBe('refresh_token_ended');
});

test('a token of somebody who is no member any more is refused', async () => {
  const { tokens } = await register(one);
  const { org, sub } = claimsIn(tokens.accessToken);
  await query(database.ownerUrl, 'DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2', [org, sub]);
  expect((await refresh(one, tokens.refreshToken)).statusCode).toBe(401);
  expect(reasons(one).at(-1)).toBe('refresh_token_unknown');
});

test.each([
  ['no token', {}, '/refreshToken'],
  ['a token without end', { refreshToken: 'a'.repeat(2_001) }, '/refreshToken'],
  ['an unknown field', { refreshToken: 'a', scope: 'all' }, ''],
])('%s is refused with a pointer to it', async (_name, payload, pointer) => {
  const response = await one.app.inject({ method: 'POST', url: '/api/auth/refresh', payload });
  expect(response.json()).toMatchObject({ status: 400, code: 'validation_failed', errors: [{ in: 'body', pointer }] });
});
