import { randomUUID } from 'node:crypto';
import { permissionNames, roles } from '../../../service/contract/permissions';
import { accessKey, claimsOf, closeApps, now, type TestApp, testApp } from '../support/app';
import { type KeyServer, keyServer } from '../support/key-server';
import { query, type TestDatabase, testDatabase } from '../support/postgres';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';
import { es256, hmac, rs256, tokenOf } from '../support/tokens';
import { until } from '../support/until';

jest.setTimeout(30_000);

const supabaseSigner = es256('supabase');
const clerkSigner = rs256('clerk');
const clerkIssuer = 'https://clerk.example.com';

let database: TestDatabase;
let keys: { supabase: KeyServer; clerk: KeyServer };
let redis: TestRedis | undefined;
let service: TestApp;

beforeAll(async () => {
  database = await testDatabase();
  keys = { supabase: await keyServer(), clerk: await keyServer() };
  keys.supabase.publish(supabaseSigner);
  keys.clerk.publish(clerkSigner);
  redis = hasRedis ? await testRedis() : undefined;
  service = await testApp({
    ...(redis ? { REDIS_URL: redis.url } : {}),
    FEATURES: 'auth.betterAuth,auth.supabase,auth.clerk,organizations,users,tasks',
    DATABASE_URL: database.applicationUrl,
    SUPABASE_URL: keys.supabase.url,
    SUPABASE_SERVICE_ROLE_KEY: 'unused',
    SUPABASE_ANON_KEY: 'unused',
    CLERK_SECRET_KEY: 'sk_test_1',
    CLERK_API_URL: keys.clerk.url,
    CLERK_ISSUER: clerkIssuer,
    AUTH_RATE_LIMIT_MAX: '1000',
  });
  await until(async () => !redis || service.app.redis?.status === 'ready');
});
afterAll(async () => {
  await closeApps();
  await Promise.all([keys.supabase.close(), keys.clerk.close(), redis?.stop()]);
});

const times = () => ({ iat: now(), exp: now() + 900 });

const by = {
  supabase: (sub: string, given: object = {}) =>
    tokenOf(supabaseSigner, {
      iss: `${keys.supabase.url}/auth/v1`,
      aud: 'authenticated',
      role: 'authenticated',
      sub,
      ...times(),
      ...given,
    }),
  clerk: (sub: string, given: object = {}) => tokenOf(clerkSigner, { iss: clerkIssuer, sub, sid: 'sess_1', ...times(), ...given }),
  betterAuth: (sub: string, given: object = {}) => tokenOf(hmac(accessKey), claimsOf(sub, given)),
};

const call = (token: string, url: string, payload?: object) =>
  service.app.inject({
    method: payload ? 'POST' : 'GET',
    url,
    headers: { authorization: `Bearer ${token}` },
    ...(payload ? { payload } : {}),
  });

interface Me {
  user: { id: string; email: string | null; name: string };
  organization: { id: string; name: string };
  role: string | null;
  permissions: string[];
}

const me = async (token: string): Promise<Me> => {
  const response = await call(token, '/api/auth/me');
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
};

const roleKept = async ({ user, organization }: Me): Promise<string | undefined> => {
  const [row] = await query<{ role: string }>(
    database.ownerUrl,
    'SELECT role FROM memberships WHERE user_id = $1 AND organization_id = $2',
    [user.id, organization.id],
  );
  return row?.role;
};

const sorted = (names: readonly string[]) => [...names].sort();

test.each(['supabase', 'clerk', 'betterAuth'] as const)(
  'twenty first requests of somebody from %s make one of each row, and none fails',
  async (provider) => {
    const counts = async () =>
      (
        await query<Record<string, number>>(
          database.ownerUrl,
          `SELECT (SELECT count(*)::int FROM organizations) AS organizations, (SELECT count(*)::int FROM users) AS users,
          (SELECT count(*)::int FROM memberships) AS memberships`,
        )
      )[0] as { organizations: number; users: number; memberships: number };
    const before = await counts();
    // Different tokens: of one, the first request would be waited for.
    const tokens = Array.from({ length: 20 }, (_, n) => by[provider](`newcomer-${provider}`, { exp: now() + 900 + n }));
    const responses = await Promise.all(tokens.map((token) => call(token, '/api/auth/me')));
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(Array(20).fill(200));
    expect(new Set(responses.map(({ body }) => body)).size).toBe(1);
    const { organizations, users, memberships } = before;
    expect(await counts()).toEqual({ organizations: organizations + 1, users: users + 1, memberships: memberships + 1 });
    expect(responses[0]?.json<Me>().user).toMatchObject({ email: null, name: `newcomer-${provider}` });
  },
);

test('members of one organization meet there, and what they make is theirs together', async () => {
  const [ada, grace] = ['ada', 'grace'].map((sub) => by.clerk(sub, { org_id: 'org_1', org_role: 'org:admin' })) as [string, string];
  const created = await call(ada, '/api/tasks', { title: 'Together' });
  expect(created.statusCode).toBe(201);
  expect((await call(grace, `/api/tasks/${created.json().id}`)).json()).toMatchObject({ title: 'Together' });
  expect((await me(grace)).organization.name).toBe('org_1');
  const stranger = by.clerk('mallory', { org_id: 'org_2', org_role: 'org:admin' });
  expect((await call(stranger, `/api/tasks/${created.json().id}`)).statusCode).toBe(404);
});

test('one name of an organization or of a user, by two issuers, is two', async () => {
  const ofClerk = await me(by.clerk('same', { org_id: 'same-org', org_role: 'org:admin' }));
  const ofBetterAuth = await me(by.betterAuth('same', { org_id: 'same-org', role: 'admin' }));
  const ofSupabase = await me(by.supabase('same', { org_id: 'same-org', permissions: ['task.read'] }));
  expect(new Set([ofClerk, ofBetterAuth, ofSupabase].map(({ organization }) => organization.id)).size).toBe(3);
  expect(new Set([ofClerk, ofBetterAuth, ofSupabase].map(({ user }) => user.id)).size).toBe(3);
  // Not even with the id that the other one got here.
  expect((await me(by.betterAuth('same', { org_id: ofClerk.organization.id, role: 'admin' }))).organization.id).not.toBe(
    ofClerk.organization.id,
  );
});

test('no name of an organization leads into that of somebody who has none', async () => {
  const alone = await me(by.betterAuth('hermit'));
  expect([alone.role, sorted(alone.permissions)]).toEqual([null, sorted(roles.owner)]);
  expect(await roleKept(alone)).toBe('owner');
  for (const org_id of ['hermit', 'of hermit', alone.organization.id]) {
    expect((await me(by.betterAuth('mallory', { org_id, role: 'owner' }))).organization.id).not.toBe(alone.organization.id);
  }
});

test('Supabase keeps the ids that are UUIDs', async () => {
  const [sub, org_id] = [randomUUID(), randomUUID()];
  expect(await me(by.supabase(sub, { org_id }))).toMatchObject({ user: { id: sub }, organization: { id: org_id } });
});

test('without permissions, a token of Supabase may do nothing but ask who it is', async () => {
  const token = by.supabase('powerless', { app_metadata: { org_id: 'acme' } });
  expect((await me(token)).permissions).toEqual([]);
  for (const url of ['/api/tasks', '/api/users', `/api/organizations/${(await me(token)).organization.id}`]) {
    expect((await call(token, url)).statusCode).toBe(403);
  }
  expect((await call(token, '/api/tasks', { title: 'No' })).statusCode).toBe(403);
});

test.each<[string, () => string, readonly string[]]>([
  ['of Supabase, by its hook', () => by.supabase('a', { permissions: ['task.read', 'task.write'] }), ['task.read', 'task.write']],
  ['of Supabase, by its administrators', () => by.supabase('b', { app_metadata: { permissions: ['task.read'] } }), ['task.read']],
  ['that users gave themselves', () => by.supabase('c', { user_metadata: { permissions: ['task.read'] } }), []],
  ['nobody here knows', () => by.supabase('d', { permissions: ['task.read', 'task.*', '*', 'constructor', '__proto__'] }), ['task.read']],
  ['of Supabase, by a role', () => by.supabase('e', { user_role: 'viewer' }), roles.viewer],
  ['of a role that nobody knows', () => by.supabase('f', { user_role: 'superuser' }), []],
  ['of a role of the language', () => by.betterAuth('g', { org_id: 'acme', role: 'constructor' }), []],
  ['of Clerk, in its spelling', () => by.clerk('h', { org_id: 'o', org_permissions: ['org:task:read', 'org:audit:erase'] }), ['task.read']],
  [
    'of Clerk, by version 2',
    () => by.clerk('i', { v: 2, fea: 'o:task', o: { id: 'o', per: 'read,write', fpm: '3' } }),
    ['task.read', 'task.write'],
  ],
  ['of Clerk, by a role', () => by.clerk('j', { org_id: 'o', org_role: 'org:admin' }), roles.admin],
  ['of Clerk, by a list that is empty', () => by.clerk('k', { org_id: 'o', org_role: 'org:admin', org_permissions: [] }), []],
  ['of Better Auth, in an organization without a role', () => by.betterAuth('l', { org_id: 'acme' }), []],
  ['of Better Auth, by a role', () => by.betterAuth('m', { org_id: 'acme', role: 'member' }), roles.member],
])('permissions %s', async (_name, token, expected) => {
  expect(sorted((await me(token())).permissions)).toEqual(sorted(expected));
  expect(permissionNames).toEqual(expect.arrayContaining([...expected]));
});

test.each<[string, string, () => string]>([
  ['admin', 'admin', () => by.clerk('r1', { org_id: 'roles', org_role: 'org:admin' })],
  ['org:billing', 'member', () => by.clerk('r2', { org_id: 'roles', org_role: 'org:billing' })],
  ['x'.repeat(255), 'member', () => by.betterAuth('r3', { org_id: 'roles', role: 'x'.repeat(255) })],
  ['owner', 'owner', () => by.betterAuth('r4', { org_id: 'roles', role: 'owner' })],
])('the role %.20s is shown, and kept as %s', async (shown, kept, token) => {
  const caller = await me(token());
  expect([caller.role, await roleKept(caller)]).toEqual([shown, kept]);
});

test('who belongs to an organization without a role is no owner of it', async () => {
  expect(await roleKept(await me(by.betterAuth('nobody-special', { org_id: 'roles' })))).toBe('member');
  expect(await roleKept(await me(by.supabase('nobody-special', { org_id: 'roles', permissions: ['task.read'] })))).toBe('member');
});

test.each([
  ['letters', 'a'.repeat(255), 'a'.repeat(200)],
  ['characters of two UTF-16 units', '𝔸'.repeat(255), '𝔸'.repeat(200)],
])('a subject of 255 %s is somebody with a shortened name, who can work', async (_name, subject, name) => {
  const token = by.betterAuth(subject);
  const response = await call(token, '/api/auth/me');
  expect([response.statusCode, response.json().user?.name]).toEqual([200, name]);
  expect((await call(token, '/api/tasks', { title: 'Mine' })).statusCode).toBe(201);
  expect((await call(token, '/api/tasks', {})).statusCode).toBe(400);
  const other = by.betterAuth(`${subject.slice(0, -2)}b`);
  expect((await me(other)).user.id).not.toBe(response.json().user.id);
});

test('a member who was removed here and still comes from the provider is added again', async () => {
  const owner = by.betterAuth('boss', { org_id: 'again', role: 'owner' });
  const member = by.betterAuth('worker', { org_id: 'again', role: 'member' });
  await me(owner);
  const { user } = await me(member);
  const removed = await service.app.inject({
    method: 'DELETE',
    url: `/api/users/${user.id}`,
    headers: { authorization: `Bearer ${owner}` },
  });
  expect(removed.statusCode).toBe(204);
  expect((await call(member, '/api/tasks', { title: 'Still here' })).statusCode).toBe(201);
});

test('while the keys of a provider cannot be read, its tokens are answered 503, and count as no failure', async () => {
  const away = await testApp({
    FEATURES: 'auth.supabase,tasks',
    DATABASE_URL: database.applicationUrl,
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_SERVICE_ROLE_KEY: 'unused',
    SUPABASE_ANON_KEY: 'unused',
  });
  const authorization = `Bearer ${tokenOf(supabaseSigner, { iss: 'http://127.0.0.1:1/auth/v1', aud: 'authenticated', role: 'authenticated', sub: 'ada', ...times() })}`;
  for (let n = 0; n < 7; n += 1) {
    const response = await away.app.inject({ url: '/api/tasks', headers: { authorization } });
    expect([response.statusCode, response.json().code]).toEqual([503, 'identity_provider_unavailable']);
  }
});
