import { roleNames, roles } from '../../../service/contract/permissions';
import { seed, seededEmail } from '../../../service/development/seed';
import { bearer, localEnvironment, logIn, me, goodPassword as password } from '../support/accounts';
import { closeApps, testApp } from '../support/app';
import { query, type TestDatabase, testDatabase } from '../support/postgres';
import { endScripts, runScript, source } from '../support/script';
import { scratchFolder } from '../support/shared-server';

jest.setTimeout(60_000);

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  await endScripts();
  await closeApps();
});

const rounds = 10;

const tables = ['organizations', 'users', 'credentials', 'memberships', 'tasks', 'saved_designs'];

const countsOf = async (): Promise<number[]> => {
  const rows = await Promise.all(tables.map((table) => query<{ n: number }>(database.ownerUrl, `SELECT count(*)::int AS n FROM ${table}`)));
  return rows.map(([row]) => row?.n ?? -1);
};

const seeded = [1, 4, 4, 4, 3, 1];
const empty = [0, 0, 0, 0, 0, 0];

test.each(['ownerUrl', 'applicationUrl'] as const)('connected by %s, it adds a member of every role once, who can log in', async (role) => {
  const url = database[role];
  expect(await seed({ url, password, rounds })).toBe(true);
  expect(await countsOf()).toEqual(seeded);
  expect(await seed({ url, password: 'another password', rounds })).toBe(false);
  expect(await countsOf()).toEqual(seeded);

  const service = await testApp(localEnvironment({ DATABASE_URL: database.applicationUrl, FEATURES: 'auth.local,tasks,designs' }));
  const emails = [seededEmail, 'grace@example.com', 'linus@example.com', 'barbara@example.com'];
  for (const [index, email] of emails.entries()) {
    const { accessToken } = (await logIn(service, email)).json();
    const role = roleNames[index] as keyof typeof roles;
    expect((await me(service, accessToken)).json()).toMatchObject({ role, permissions: roles[role] });
    const list = await service.app.inject({ url: '/api/tasks', headers: bearer(accessToken) });
    expect(list.json().items).toHaveLength(3);
  }
});

test('of two at once, one adds all of it', async () => {
  const url = database.applicationUrl;
  const both = await Promise.all([seed({ url, password, rounds }), seed({ url, password, rounds })]);
  expect(both.sort()).toEqual([false, true]);
  expect(await countsOf()).toEqual(seeded);
});

test('failing half-way, it leaves nothing, and works when tried again', async () => {
  await query(database.ownerUrl, `ALTER TABLE saved_designs ADD CONSTRAINT "none" CHECK (false)`);
  await expect(seed({ url: database.applicationUrl, password, rounds })).rejects.toThrow('none');
  expect(await countsOf()).toEqual(empty);
  await query(database.ownerUrl, 'ALTER TABLE saved_designs DROP CONSTRAINT "none"');
  expect(await seed({ url: database.applicationUrl, password, rounds })).toBe(true);
});

test('it says whose account is in the way, and leaves that alone', async () => {
  await query(database.ownerUrl, `INSERT INTO users (email, name) VALUES ('grace@example.com', 'Another Grace')`);
  await expect(seed({ url: database.applicationUrl, password, rounds })).rejects.toThrow(
    'The examples need addresses that have accounts already: grace@example.com. Remove those accounts, or use another database.',
  );
  expect(await countsOf()).toEqual([0, 1, 0, 0, 0, 0]);
});

const command = (folder: string, env: Record<string, string> = {}) =>
  runScript([source('dev.ts'), '--seed-only'], { cwd: folder, env: { DATABASE_URL: database.applicationUrl, ...env } });

test('the command adds the examples, tells their password, and does nothing the second time', async () => {
  const folder = scratchFolder();
  const run = async () => {
    const script = command(folder);
    expect(await script.ended).toBe(0);
    return script.stdout();
  };
  const [, told = ''] = /added ada@example\.com and others, password (\S+)/.exec(await run()) ?? [];
  expect(await run()).toContain('the examples are there already');
  const service = await testApp(localEnvironment({ DATABASE_URL: database.applicationUrl }));
  expect((await logIn(service, seededEmail, told)).statusCode).toBe(200);
});

test.each(['staging', 'production'])('the command refuses %s', async (stage) => {
  const script = command(scratchFolder(), { NODE_ENV: stage, CORS_ORIGINS: 'https://app.example.com' });
  expect(await script.ended).toBe(1);
  expect(script.stderr()).toContain(`NODE_ENV is ${stage}: example accounts are for development and test.`);
  expect(await countsOf()).toEqual(empty);
});
