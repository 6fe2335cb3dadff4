import { compare } from 'bcrypt';
import {
  accountService,
  auditEntries,
  bearer,
  claimsIn,
  goodPassword,
  logIn,
  me,
  passwordHashOf,
  post,
  refresh,
  register,
} from '../../support/accounts';
import { closeApps, type TestApp } from '../../support/app';
import { query, type TestDatabase } from '../../support/postgres';

jest.setTimeout(60_000);

let database: TestDatabase;
let service: TestApp;

beforeAll(async () => {
  ({ database, service } = await accountService());
});
afterAll(closeApps);

describe('registration', () => {
  test('makes an owner of a new organization, who is logged in', async () => {
    const response = await post(service, 'register', {
      email: 'Ada@Example.com',
      password: goodPassword,
      name: 'Ada',
      organization: 'Engines Ltd.',
    });
    expect(response.statusCode).toBe(201);
    const tokens = response.json();
    expect(tokens).toEqual({
      accessToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 900,
      refreshToken: expect.any(String),
      refreshExpiresIn: expect.any(Number),
    });
    expect((await me(service, tokens.accessToken)).json()).toEqual({
      user: { id: expect.any(String), email: 'ada@example.com', name: 'Ada' },
      organization: { id: expect.any(String), name: 'Engines Ltd.' },
      role: 'owner',
      permissions: expect.arrayContaining(['task.write', 'permission.manage']),
    });
    expect(await compare(goodPassword, await passwordHashOf(database, 'ada@example.com'))).toBe(true);
  });

  test('refuses an address that has an account, in any case, and leaves nothing behind', async () => {
    const { email } = await register(service);
    const before = await query(database.ownerUrl, 'SELECT id FROM organizations');
    const response = await post(service, 'register', { email: email.toUpperCase(), password: goodPassword, name: 'Mallory' });
    expect([response.statusCode, response.json().code]).toEqual([409, 'email_taken']);
    expect(await query(database.ownerUrl, 'SELECT id FROM organizations')).toEqual(before);
  });

  test('of two for one address at once, one succeeds', async () => {
    const body = { email: 'twice@example.com', password: goodPassword, name: 'Twice' };
    const both = await Promise.all([post(service, 'register', body), post(service, 'register', body)]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409]);
  });

  test.each([
    ['no address', { password: goodPassword, name: 'A' }, '/email'],
    ['an address that is none', { email: 'ada', password: goodPassword, name: 'A' }, '/email'],
    ['a short password', { email: 'a@b.example', password: 'too short', name: 'A' }, '/password'],
    ['a password beyond what bcrypt sees', { email: 'a@b.example', password: 'x1'.repeat(37), name: 'A' }, '/password'],
    ['the address as password', { email: 'ada.lovelace@b.example', password: 'Ada.Lovelace@b.example', name: 'A' }, '/password'],
    ['a name with NUL', { email: 'a@b.example', password: goodPassword, name: 'a\0' }, '/name'],
    ['a role that nobody asked for', { email: 'a@b.example', password: goodPassword, name: 'A', role: 'owner' }, ''],
  ])('%s is refused with a pointer to it', async (_name, body, pointer) => {
    const response = await post(service, 'register', body);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'validation_failed', errors: [{ in: 'body', pointer }] });
    expect(response.body).not.toContain(goodPassword);
  });
});

test.each(['register', 'login', 'refresh', 'session'])('%s does not read what no account needs', async (path) => {
  const response = await post(service, path, { email: 'x'.repeat(20_000) });
  expect(response.json()).toMatchObject({ status: 413, code: 'body_too_large' });
});

describe('logout', () => {
  test('ends this session at once, its refresh token too, and no other', async () => {
    const { email, tokens } = await register(service);
    const other = (await logIn(service, email)).json();
    expect((await me(service, tokens.accessToken)).statusCode).toBe(200);
    expect((await post(service, 'logout', undefined, bearer(tokens.accessToken))).statusCode).toBe(204);
    expect((await me(service, tokens.accessToken)).statusCode).toBe(401);
    expect((await refresh(service, tokens.refreshToken)).json().code).toBe('invalid_refresh_token');
    expect((await post(service, 'logout', undefined, bearer(tokens.accessToken))).statusCode).toBe(401);
    expect((await me(service, other.accessToken)).statusCode).toBe(200);
    expect(await auditEntries(database, 'target = $1', claimsIn(tokens.accessToken).sid)).toMatchObject([
      { action: 'session.end', outcome: 'success' },
    ]);
  });
});

describe('change of the password', () => {
  const change = (token: string, currentPassword: string, newPassword: string) =>
    post(service, 'password', { currentPassword, newPassword }, bearer(token));

  test('ends all other sessions and keeps the own', async () => {
    const { email, tokens } = await register(service);
    const other = (await logIn(service, email)).json();
    expect((await me(service, other.accessToken)).statusCode).toBe(200);
    expect((await change(tokens.accessToken, goodPassword, 'a better one, at last')).statusCode).toBe(204);
    expect((await me(service, tokens.accessToken)).statusCode).toBe(200);
    expect((await refresh(service, tokens.refreshToken)).statusCode).toBe(200);
    expect((await me(service, other.accessToken)).statusCode).toBe(401);
    expect((await refresh(service, other.refreshToken)).statusCode).toBe(401);
    expect((await logIn(service, email)).statusCode).toBe(401);
    expect((await logIn(service, email, 'a better one, at last')).statusCode).toBe(200);
  });

  test('asks for the current one, and takes neither the address nor what breaks the rules', async () => {
    const { email, tokens } = await register(service);
    const before = await passwordHashOf(database, email);
    expect((await change(tokens.accessToken, 'not the current one', 'a better one, at last')).json()).toMatchObject({
      status: 403,
      code: 'invalid_credentials',
    });
    for (const chosen of [email, 'short']) {
      expect((await change(tokens.accessToken, goodPassword, chosen)).json()).toMatchObject({
        status: 400,
        errors: [{ in: 'body', pointer: '/newPassword' }],
      });
    }
    expect(await passwordHashOf(database, email)).toBe(before);
    expect((await post(service, 'password', { currentPassword: 'a', newPassword: goodPassword })).statusCode).toBe(401);
  });

  test('of two at once, one counts', async () => {
    const { tokens } = await register(service);
    const both = await Promise.all([
      change(tokens.accessToken, goodPassword, 'the first of two passwords'),
      change(tokens.accessToken, goodPassword, 'the second of two passwords'),
    ]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([204, 403]);
  });
});
