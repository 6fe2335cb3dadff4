import { emptyDatabase, query, type TestDatabase, testDatabase } from '../support/postgres';

describe('roles of the embedded database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });

  it('gives the API a role without any power over the server', async () => {
    const [role] = await query(database.applicationUrl, 'SELECT * FROM pg_roles WHERE rolname = current_user');
    expect(role).toMatchObject({
      rolname: 'counterpart_app',
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolbypassrls: false,
    });
  });

  it('makes neither role a superuser', async () => {
    const [role] = await query(database.ownerUrl, 'SELECT * FROM pg_roles WHERE rolname = current_user');
    expect(role).toMatchObject({ rolname: 'counterpart_owner', rolsuper: false, rolbypassrls: false });
  });

  it('lets only the owner own tables', async () => {
    const owners = await query(database.ownerUrl, `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'`);
    expect(owners).toEqual([{ tableowner: 'counterpart_owner' }]);
  });

  it.each([
    'CREATE TABLE mine ()',
    'CREATE SCHEMA mine',
    'CREATE TEMPORARY TABLE mine ()',
    'DROP TABLE tasks',
    'ALTER TABLE tasks DISABLE ROW LEVEL SECURITY',
    'TRUNCATE tasks',
    'DELETE FROM _prisma_migrations',
    'UPDATE audit_log SET action = action',
    'DELETE FROM audit_log',
    'SET ROLE counterpart_owner',
    'SET SESSION AUTHORIZATION counterpart_owner',
    'ALTER ROLE counterpart_app BYPASSRLS',
  ])('refuses the API: %s', async (statement) => {
    await expect(query(database.applicationUrl, statement)).rejects.toThrow(
      /permission denied|must be owner|to alter this role|Only roles with/,
    );
  });

  it('keeps databases of suites apart', async () => {
    const other = await emptyDatabase();
    await expect(query(other.applicationUrl, 'SELECT FROM tasks')).rejects.toThrow('relation "tasks" does not exist');
  });
});
