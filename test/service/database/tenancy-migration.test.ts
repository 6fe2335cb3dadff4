import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../../service/database/migrations';
import { foreignPrincipal } from '../../../service/identity/foreign-principal';
import { closeApps, testApp } from '../support/app';
import { emptyDatabase, query, type TestDatabase } from '../support/postgres';
import { scratchFolder } from '../support/shared-server';

const migrations = join(__dirname, '../../../service/prisma/migrations');
const before = '20261127000000_tasks';

let database: TestDatabase;

const titleOf = (owner: string): string => `of ${owner}`.slice(0, 200);

/** A database of the release before, with a task of each owner. */
const released = async (owners: readonly string[]): Promise<void> => {
  database = await emptyDatabase();
  const folder = scratchFolder();
  cpSync(join(migrations, before), join(folder, before), { recursive: true });
  await migrate({ url: database.ownerUrl, folder, applicationRole: 'counterpart_app' });
  for (const owner of owners) {
    await query(database.ownerUrl, 'INSERT INTO tasks (owner, title, done) VALUES ($1, $2, true)', [owner, titleOf(owner)]);
  }
};

const migrated = () => migrate({ url: database.ownerUrl, applicationRole: 'counterpart_app' });

afterEach(closeApps);

// What JSON writes with an escape, and what it does not.
const owners = ['ada', 'ada', 'user_2abC', 'auth0|5f7', 'a "quoted" \\ one', 'Żółw 🐢', 'x'.repeat(255)];

test('each owner of tasks becomes the user, alone in an organization, that the service takes a token of theirs for', async () => {
  await released(owners);
  await migrated();
  for (const subject of new Set(owners)) {
    const { organizationId, userId } = foreignPrincipal({ provider: 'betterAuth', issuer: 'counterpart', subject, expiresAt: 0 });
    const tasks = await query(database.ownerUrl, 'SELECT title, done, version, created_by FROM tasks WHERE organization_id = $1', [
      organizationId,
    ]);
    expect(tasks).toEqual(
      owners.filter((owner) => owner === subject).map((owner) => ({ title: titleOf(owner), done: true, version: 1, created_by: userId })),
    );
    const members = await query(
      database.ownerUrl,
      `SELECT user_id, role, users.name, organizations.name AS organization FROM memberships
       JOIN users ON users.id = user_id JOIN organizations ON organizations.id = organization_id WHERE organization_id = $1`,
      [organizationId],
    );
    const name = subject.slice(0, 200);
    expect(members).toEqual([{ user_id: userId, role: 'owner', name, organization: name }]);
  }
  const counts = `SELECT (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM organizations) AS organizations`;
  expect(await query(database.ownerUrl, counts)).toEqual([{ users: 6, organizations: 6 }]);
});

test('they find their tasks again, and nobody else does', async () => {
  await released(['ada', 'grace']);
  await migrated();
  const { app, as } = await testApp({ DATABASE_URL: database.applicationUrl });
  const titles = async (sub: string) =>
    (await app.inject({ url: '/api/tasks', headers: as(sub) })).json().items.map(({ title }: { title: string }) => title);
  expect([await titles('ada'), await titles('grace'), await titles('linus')]).toEqual([['of ada'], ['of grace'], []]);
});

test('a database without tasks is migrated as well, and nothing of the conversion stays behind', async () => {
  await released([]);
  expect((await migrated()).applied).toEqual([expect.stringMatching(/_tenancy$/)]);
  expect((await migrated()).applied).toEqual([]);
  expect(await query(database.ownerUrl, `SELECT FROM pg_proc WHERE proname = 'stable_id'`)).toEqual([]);
});

test('where it fails it leaves the tables as they were, and can be started again', async () => {
  await released(['ada']);
  // In the way of one that the migration makes near its end.
  await query(database.ownerUrl, 'CREATE TABLE idempotency_keys ()');
  await expect(migrated()).rejects.toThrow('idempotency_keys');
  expect(await query(database.ownerUrl, 'SELECT owner FROM tasks')).toEqual([{ owner: 'ada' }]);
  await query(
    database.ownerUrl,
    'DROP TABLE idempotency_keys; UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL',
  );
  expect((await migrated()).applied).toHaveLength(1);
});
