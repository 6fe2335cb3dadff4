import { randomBytes } from 'node:crypto';
import { query, type TestDatabase, testDatabase } from '../support/postgres';
import { endServices, startService, untilReady } from '../support/process';
import { sharedServer } from '../support/shared-server';

jest.setTimeout(60_000);

let database: TestDatabase;
const made: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(endServices);
afterAll(async () => {
  for (const name of made) await query(sharedServer().superuserUrl, `DROP OWNED BY ${name}; DROP ROLE ${name}`);
});

const superuser = (): string =>
  Object.assign(new URL(sharedServer().superuserUrl), { pathname: new URL(database.ownerUrl).pathname }).toString();

/** A role of the test's own that may connect and read. */
const roleWith = async (attributes: string): Promise<string> => {
  const name = `role_${randomBytes(6).toString('hex')}`;
  made.push(name);
  await query(superuser(), `CREATE ROLE ${name} LOGIN PASSWORD 'secret-of-the-test' ${attributes}; GRANT counterpart_app TO ${name}`);
  return Object.assign(new URL(database.applicationUrl), { username: name, password: 'secret-of-the-test' }).toString();
};

test.each<[string, () => string | Promise<string>]>([
  ['is a superuser', superuser],
  ['owns the tables', () => database.ownerUrl],
  ['owns the tables', () => roleWith('IN ROLE counterpart_owner')],
  ['has BYPASSRLS', () => roleWith('BYPASSRLS')],
])('as a role that %s, the service ends with 1 and says what to do', async (reason, url) => {
  const connection = await url();
  const { username, password } = new URL(connection);
  const service = await startService({ DATABASE_URL: connection });
  expect(await service.ended).toBe(1);
  const last = JSON.parse(service.stdout().trim().split('\n').at(-1) ?? '');
  expect(last).toMatchObject({ level: 'fatal', component: 'database' });
  expect(last.msg).toContain(`connects as "${username}", which ${reason}`);
  expect(last.msg).toContain('DATABASE_APPLICATION_ROLE=api');
  expect(service.stdout() + service.stderr()).not.toContain(password);
});

test('as such a role on the replica alone, it ends, too', async () => {
  const service = await startService({ DATABASE_URL: database.applicationUrl, DATABASE_REPLICA_URL: database.ownerUrl });
  expect(await service.ended).toBe(1);
  expect(service.stdout()).toContain('which owns the tables');
});

test('a replica that is away at the start is not asked for its role', async () => {
  const away = Object.assign(new URL(database.applicationUrl), { port: '1' }).toString();
  await untilReady(await startService({ DATABASE_URL: database.applicationUrl, DATABASE_REPLICA_URL: away }));
});

test('as a role that only reads and writes rows, it serves', async () => {
  await untilReady(await startService({ DATABASE_URL: await roleWith('') }));
});
