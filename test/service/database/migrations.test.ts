import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { migrate, missingMigrations } from '../../../service/database/migrations';
import { changeMigration, migrationsFolder } from '../support/migrations';
import { emptyDatabase, query, type TestDatabase } from '../support/postgres';
import { sharedServer } from '../support/shared-server';

interface Row {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
  logs: string | null;
  applied_steps_count: number;
}

const one = '20260101000000_one';
const two = '20260102000000_two';

describe('migrate', () => {
  let url: string;
  let database: TestDatabase;
  beforeEach(async () => {
    database = await emptyDatabase();
    url = database.ownerUrl;
  });

  const rows = () => query<Row>(url, 'SELECT * FROM _prisma_migrations ORDER BY started_at');
  const missing = (folder: string) => missingMigrations(async (sql) => ({ rows: await query(url, sql) }), folder);

  it('applies in the order of the names, once, and tells what it does', async () => {
    const folder = migrationsFolder({ [two]: 'ALTER TABLE numbers ADD squared int', [one]: 'CREATE TABLE numbers (n int)' });
    const log: string[] = [];
    expect(await migrate({ url, folder, log: (line) => log.push(line) })).toEqual({ applied: [one, two] });
    expect(await migrate({ url, folder, log: (line) => log.push(line) })).toEqual({ applied: [] });
    expect(log).toEqual([`applying ${one}`, `applying ${two}`, 'applied 2 of 2 migrations', 'nothing to apply']);
    expect(await query(url, 'SELECT n, squared FROM numbers')).toEqual([]);
  });

  it('writes the rows that Prisma would', async () => {
    const sql = 'CREATE TABLE numbers (n int)';
    await migrate({ url, folder: migrationsFolder({ [one]: sql }) });
    expect(await rows()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        migration_name: one,
        checksum: createHash('sha256').update(sql).digest('hex'),
        started_at: expect.any(Date),
        finished_at: expect.any(Date),
        rolled_back_at: null,
        logs: null,
        applied_steps_count: 1,
      },
    ]);
    const columns = await query<{ name: string; type: string }>(
      url,
      `SELECT attname AS name, format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END AS type
       FROM pg_attribute WHERE attrelid = '_prisma_migrations'::regclass AND attnum > 0`,
    );
    expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toEqual({
      id: 'character varying(36) not null',
      checksum: 'character varying(64) not null',
      finished_at: 'timestamp with time zone',
      migration_name: 'character varying(255) not null',
      logs: 'text',
      rolled_back_at: 'timestamp with time zone',
      started_at: 'timestamp with time zone not null',
      applied_steps_count: 'integer not null',
    });
  });

  it('applies once when several start at the same moment', async () => {
    const folder = migrationsFolder({ [one]: 'CREATE TABLE numbers (n int); SELECT pg_sleep(0.2)' });
    const results = await Promise.all(Array.from({ length: 4 }, () => migrate({ url, folder })));
    expect(results.flatMap(({ applied }) => applied)).toEqual([one]);
    expect(await rows()).toHaveLength(1);
  });

  it('waits for whoever holds the lock of Prisma', async () => {
    const prisma = new Client({ connectionString: url });
    await prisma.connect();
    await prisma.query('SELECT pg_advisory_lock(72707369)');
    let ended = false;
    const run = migrate({ url, folder: migrationsFolder({ [one]: 'SELECT 1' }) }).finally(() => {
      ended = true;
    });
    const waiting = `SELECT FROM pg_stat_activity WHERE application_name = 'migrate' AND wait_event = 'advisory' AND datname = current_database()`;
    while ((await query(url, waiting)).length === 0) expect(ended).toBe(false);
    await prisma.end();
    expect(await run).toEqual({ applied: [one] });
  });

  it('refuses a migration that was changed after it was applied', async () => {
    const folder = migrationsFolder({ [one]: 'SELECT 1', [two]: 'SELECT 2' });
    await migrate({ url, folder });
    changeMigration(folder, one, 'SELECT 10');
    changeMigration(folder, two, 'SELECT 20');
    await expect(migrate({ url, folder })).rejects.toThrow(
      new RegExp(`Migration ${one} was changed after it was applied .*Restore the file.*\nMigration ${two} was changed`),
    );
  });

  it('keeps nothing of a migration that fails, records why, and starts no later one', async () => {
    const folder = migrationsFolder({ [one]: 'CREATE TABLE numbers (n int); SELECT 1/0', [two]: 'SELECT 1' });
    await expect(migrate({ url, folder })).rejects.toThrow(`Migration ${one} failed: division by zero. Later ones were not started.`);
    expect(await query(url, `SELECT to_regclass('numbers') AS numbers`)).toEqual([{ numbers: null }]);
    expect(await rows()).toMatchObject([{ migration_name: one, finished_at: null, logs: 'division by zero', applied_steps_count: 0 }]);
    expect(await missing(folder)).toEqual([one, two]);
  });

  it('goes on after a failure only when told to, in the words of its own message', async () => {
    const folder = migrationsFolder({ [one]: 'SELECT 1/0' });
    await expect(migrate({ url, folder })).rejects.toThrow('division by zero');
    changeMigration(folder, one, 'SELECT 1');
    const refusal = await migrate({ url, folder }).catch((error: Error) => error.message);
    expect(refusal).toContain(`Migration ${one} did not finish earlier (division by zero)`);
    await query(url, /UPDATE .*$/.exec(String(refusal))?.[0] as string);
    expect(await migrate({ url, folder })).toEqual({ applied: [one] });
  });

  it('lets a migration that waited too long for a table run again', async () => {
    await query(url, 'CREATE TABLE busy ()');
    const reader = new Client({ connectionString: url });
    await reader.connect();
    await reader.query('BEGIN; SELECT FROM busy');
    const folder = migrationsFolder({ [one]: `SET lock_timeout = '50ms'; ALTER TABLE busy ADD n int` });
    await expect(migrate({ url, folder })).rejects.toThrow('start it again at a quieter time');
    await reader.end();
    expect(await migrate({ url, folder })).toEqual({ applied: [one] });
  });

  it('runs a lone CREATE INDEX CONCURRENTLY, which no transaction may hold', async () => {
    const folder = migrationsFolder({ [one]: 'CREATE TABLE numbers (n int)', [two]: 'CREATE INDEX CONCURRENTLY numbers_n ON numbers (n)' });
    expect(await migrate({ url, folder })).toEqual({ applied: [one, two] });
  });

  it('takes a database that is ahead of the build for fine', async () => {
    await migrate({ url, folder: migrationsFolder({ [one]: 'SELECT 1', [two]: 'SELECT 2' }) });
    const older = migrationsFolder({ [one]: 'SELECT 1' });
    expect(await missing(older)).toEqual([]);
    expect(await migrate({ url, folder: older })).toEqual({ applied: [] });
  });

  it('misses everything in a database that was never migrated', async () => {
    expect(await missing(migrationsFolder({ [one]: 'SELECT 1', [two]: 'SELECT 2' }))).toEqual([one, two]);
  });
});

describe('grants of a migration', () => {
  it('cover tables that exist, tables to come and their sequences', async () => {
    const { ownerUrl: url, applicationUrl } = await emptyDatabase();
    await migrate({ url, folder: migrationsFolder({ [one]: 'CREATE TABLE before (n serial)' }), applicationRole: 'counterpart_app' });
    await query(url, 'CREATE TABLE after (n serial)');
    for (const table of ['before', 'after']) {
      expect(await query(applicationUrl, `INSERT INTO ${table} DEFAULT VALUES RETURNING n`)).toEqual([{ n: 1 }]);
    }
  });

  it('let the API see which migrations were applied', async () => {
    const { ownerUrl: url, applicationUrl } = await emptyDatabase();
    const folder = migrationsFolder({ [one]: 'SELECT 1' });
    await migrate({ url, folder, applicationRole: 'counterpart_app' });
    expect(await missingMigrations(async (sql) => ({ rows: await query(applicationUrl, sql) }), folder)).toEqual([]);
  });

  it('are refused for a role that does not exist, whatever its name', async () => {
    const { ownerUrl: url } = await emptyDatabase();
    const run = migrate({ url, folder: migrationsFolder({}), applicationRole: 'no"body' });
    await expect(run).rejects.toThrow('DATABASE_APPLICATION_ROLE names "no\\"body", a role that the server does not have');
  });

  it('are refused for the role that migrates', async () => {
    const { ownerUrl: url } = await emptyDatabase();
    const run = migrate({ url, folder: migrationsFolder({}), applicationRole: 'counterpart_owner' });
    await expect(run).rejects.toThrow('Connect as the owner of the database');
  });
});

describe('the time a statement may take', () => {
  it('is set on the database, for connections through a pooler, and not for the owner while it migrates', async () => {
    const { ownerUrl, applicationUrl } = await emptyDatabase();
    const folder = migrationsFolder({ [one]: `CREATE TABLE limits AS SELECT current_setting('statement_timeout') AS value` });
    await migrate({ url: ownerUrl, folder, statementTimeout: 15_000 });
    await migrate({ url: ownerUrl, folder, statementTimeout: 15_000 });
    expect(await query(ownerUrl, 'SELECT value FROM limits')).toEqual([{ value: '0' }]);
    expect(await query(applicationUrl, `SELECT current_setting('statement_timeout') AS value`)).toEqual([{ value: '15s' }]);
  });

  it('stays as it is in a database that belongs to somebody else, as at a provider', async () => {
    const { ownerUrl } = await emptyDatabase();
    const { superuserUrl } = sharedServer();
    const name = new URL(ownerUrl).pathname.slice(1);
    await query(superuserUrl, `ALTER DATABASE ${name} OWNER TO postgres; GRANT CONNECT ON DATABASE ${name} TO counterpart_owner`);
    await query(Object.assign(new URL(superuserUrl), { pathname: name }).toString(), 'GRANT CREATE ON SCHEMA public TO counterpart_owner');
    const log: string[] = [];
    const folder = migrationsFolder({ [one]: 'CREATE TABLE numbers (n int)' });
    await migrate({ url: ownerUrl, folder, statementTimeout: 15_000, log: (line) => log.push(line) });
    expect(log).toEqual([
      `applying ${one}`,
      'the database belongs to another role, so it sets no statement_timeout for connections through a pooler',
      'applied 1 of 1 migrations',
    ]);
  });
});
