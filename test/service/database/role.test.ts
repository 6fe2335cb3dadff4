import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { requireScopedRole } from '../../../service/database/role';
import { query, type TestDatabase, testDatabase } from '../support/postgres';
import { sharedServer } from '../support/shared-server';

let database: TestDatabase;
const suffix = randomBytes(4).toString('hex');
const roles = {
  bypassing: `bypassing_${suffix}`,
  becoming: `becoming_${suffix}`,
  owning: `owning_${suffix}`,
  plain: `plain_${suffix}`,
};

beforeAll(async () => {
  database = await testDatabase();
  const { superuserUrl } = sharedServer();
  await query(
    superuserUrl,
    `CREATE ROLE ${roles.bypassing} LOGIN PASSWORD 'p' BYPASSRLS;
     CREATE ROLE ${roles.becoming} LOGIN PASSWORD 'p' NOINHERIT IN ROLE ${roles.bypassing};
     CREATE ROLE ${roles.owning} LOGIN PASSWORD 'p' NOINHERIT IN ROLE counterpart_owner;
     CREATE ROLE ${roles.plain} LOGIN PASSWORD 'p';
     GRANT CONNECT ON DATABASE ${new URL(database.ownerUrl).pathname.slice(1)} TO ${Object.values(roles).join(', ')}`,
  );
  await query(database.ownerUrl, `GRANT USAGE ON SCHEMA public TO ${Object.values(roles).join(', ')}`);
});
afterAll(async () => {
  const all = Object.values(roles).join(', ');
  await query(database.ownerUrl, `REVOKE ALL ON SCHEMA public FROM ${all}`);
  await query(
    sharedServer().superuserUrl,
    `REVOKE ALL ON DATABASE ${new URL(database.ownerUrl).pathname.slice(1)} FROM ${all}; DROP ROLE ${all}`,
  );
});

const as = (name: string): string => Object.assign(new URL(database.applicationUrl), { username: name, password: 'p' }).toString();

const check = async (connectionString: string): Promise<void> => {
  const pool = new Pool({ connectionString });
  await requireScopedRole(pool).finally(() => pool.end());
};

test('the role of the API is let through, and so is another without any power', async () => {
  await expect(check(database.applicationUrl)).resolves.toBeUndefined();
  await expect(check(as(roles.plain))).resolves.toBeUndefined();
});

test('a superuser, the owner, one that row-level security does not hold, and who may become one of them are not', async () => {
  const superuser = Object.assign(new URL(sharedServer().superuserUrl), { pathname: new URL(database.ownerUrl).pathname }).toString();
  await expect(check(superuser)).rejects.toThrow('connects as "postgres", which is a superuser');
  await expect(check(database.ownerUrl)).rejects.toThrow('connects as "counterpart_owner", which owns the tables');
  await expect(check(as(roles.bypassing))).rejects.toThrow(`connects as "${roles.bypassing}", which has BYPASSRLS`);
  await expect(check(as(roles.becoming))).rejects.toThrow(`connects as "${roles.becoming}", which has BYPASSRLS or may become`);
  await expect(check(as(roles.owning))).rejects.toThrow(`connects as "${roles.owning}", which owns the tables or may become`);
});
