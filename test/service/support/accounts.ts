import type { LightMyRequestResponse } from 'fastify';
import type { Tokens } from '../../../service/modules/accounts/tokens';
import { type Environment, type TestApp, testApp } from './app';
import { query, type TestDatabase, testDatabase } from './postgres';

/** For accounts that the service keeps itself, with and without cookies. */
export const localEnvironment = (given: Environment = {}): Environment => ({
  FEATURES: 'auth.local,organizations,users,tasks,audit',
  SESSION_SECRET: 'a key for cookies that only tests have',
  ...given,
});

/** A service of the suite's own, where failures from one address may be many. */
export const accountService = async (): Promise<{ database: TestDatabase; service: TestApp }> => {
  const database = await testDatabase();
  return { database, service: await testApp(localEnvironment({ DATABASE_URL: database.applicationUrl, AUTH_RATE_LIMIT_MAX: '1000' })) };
};

export const goodPassword = 'correct horse battery staple';

export const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

export const post = (
  { app }: Pick<TestApp, 'app'>,
  url: string,
  payload?: object,
  headers: Record<string, string> = {},
  remoteAddress = '127.0.0.1',
): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'POST', url: `/api/auth/${url}`, headers, remoteAddress, ...(payload ? { payload } : {}) });

let people = 0;

export interface Person {
  email: string;
  tokens: Tokens;
}

/** Somebody new, with an organization of their own. */
export const register = async (service: Pick<TestApp, 'app'>): Promise<Person> => {
  people += 1;
  const email = `person-${people}@example.com`;
  const response = await post(service, 'register', { email, password: goodPassword, name: `Person ${people}` });
  if (response.statusCode !== 201) throw new Error(response.body);
  return { email, tokens: response.json() };
};

export const logIn = (service: Pick<TestApp, 'app'>, email: string, password = goodPassword, address?: string) =>
  post(service, 'login', { email, password }, {}, address);

export const refresh = (service: Pick<TestApp, 'app'>, refreshToken: string) => post(service, 'refresh', { refreshToken });

export const me = ({ app }: Pick<TestApp, 'app'>, token: string) => app.inject({ url: '/api/auth/me', headers: bearer(token) });

/** Claims of a token, unverified. */
export const claimsIn = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

export const passwordHashOf = async ({ ownerUrl }: TestDatabase, email: string): Promise<string> => {
  const [row] = await query<{ password_hash: string }>(
    ownerUrl,
    'SELECT password_hash FROM credentials JOIN users ON users.id = user_id WHERE email = $1',
    [email],
  );
  if (!row) throw new Error(`${email} has no password`);
  return row.password_hash;
};

/** Entries of the audit log, the first one first. */
export const auditEntries = ({ ownerUrl }: TestDatabase, where: string, ...values: unknown[]) =>
  query<{ action: string; outcome: string; organization_id: string | null; user_id: string | null }>(
    ownerUrl,
    `SELECT action, outcome, organization_id, user_id FROM audit_log WHERE ${where} ORDER BY id`,
    values,
  );
