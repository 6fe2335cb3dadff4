import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { createInsight } from '../../../service/database/insight/insight';
import { type Ask, questions, type Row } from '../../../service/database/insight/questions';
import { closeApps, type TestApp, testApp } from '../support/app';
import { query, type TestDatabase, testDatabase } from '../support/postgres';
import { sharedServer } from '../support/shared-server';

jest.setTimeout(60_000);
afterEach(closeApps);

const schema = `
  CREATE TABLE parents (a int, b int, PRIMARY KEY (a, b));
  CREATE TABLE bare (a int, b int, CONSTRAINT bare_parent FOREIGN KEY (a, b) REFERENCES parents);
  CREATE INDEX bare_half ON bare (a) INCLUDE (b);
  CREATE INDEX bare_some ON bare (a, b) WHERE a > 1;
  CREATE TABLE covered (a int, b int, c int, CONSTRAINT covered_parent FOREIGN KEY (a, b) REFERENCES parents);
  CREATE INDEX covered_idx ON covered (b, a, c);
  CREATE TABLE large (n int, label text);
  INSERT INTO large SELECT n, 'x' FROM generate_series(1, 10001) n;
  CREATE TABLE small (n int);
  INSERT INTO small SELECT generate_series(1, 10000);
  GRANT SELECT ON large, small TO counterpart_app`;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await query(database.ownerUrl, schema);
  // On one connection: what it counted is reported at the latest when it ends.
  await query(
    database.ownerUrl,
    `DO $$ BEGIN FOR i IN 1..100 LOOP PERFORM count(*) FROM large; PERFORM count(*) FROM small; END LOOP; END $$`,
  );
});

const onDatabaseOf = ({ ownerUrl }: TestDatabase, url: string): string =>
  Object.assign(new URL(url), { pathname: new URL(ownerUrl).pathname }).href;

const scrapeUntil = async ({ app }: TestApp, condition: (text: string) => boolean): Promise<string> => {
  for (;;) {
    const text = await app.metrics.metrics();
    if (condition(text)) return text;
    await sleep(50);
  }
};

/** Foreign keys are asked last. */
const isRead = (text: string): boolean => text.includes('db_foreign_key_index_missing{');

const sampleOf = (text: string, sample: string): number | undefined => {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length));
};

test('tables and indexes have their use, and what they lack', async () => {
  const service = await testApp({ DATABASE_URL: database.applicationUrl });
  const text = await scrapeUntil(service, isRead);
  const value = (sample: string) => sampleOf(text, sample);
  expect(value('db_table_live_rows{table="large"}')).toBe(10_001);
  expect(value('db_table_sequential_scans_total{table="large"}')).toBeGreaterThanOrEqual(100);
  expect(value('db_table_index_scans_total{table="large"}')).toBe(0);
  expect(value('db_table_index_missing{table="large"}')).toBe(1);
  expect(value('db_table_index_missing{table="small"}')).toBe(0);
  expect(value('db_table_index_missing{table="tasks"}')).toBe(0);
  expect(value('db_foreign_key_index_missing{table="bare",constraint="bare_parent"}')).toBe(1);
  expect(value('db_foreign_key_index_missing{table="covered",constraint="covered_parent"}')).toBe(0);
  expect(value('db_index_scans_total{table="covered",index="covered_idx"}')).toBe(0);
  expect(value('db_index_size_bytes{table="tasks",index="tasks_pkey"}')).toBeGreaterThan(0);
  expect(value('db_index_unused{table="covered",index="covered_idx"}')).toBe(1);
  expect(value('db_index_unused{table="parents",index="parents_pkey"}')).toBeUndefined();
  expect(text).not.toContain('pg_class');
});

test('an index that is read is no longer unused', async () => {
  await query(database.ownerUrl, `SET enable_seqscan = off; SELECT FROM covered WHERE b = 1`);
  const service = await testApp({ DATABASE_URL: database.applicationUrl });
  const text = await scrapeUntil(service, isRead);
  expect(sampleOf(text, 'db_index_unused{table="covered",index="covered_idx"}')).toBe(0);
});

test('statements that take most time have metrics by their id, and a line with their text where debugging is on', async () => {
  await query(database.applicationUrl, `SELECT pg_sleep(0.5), 'secret' AS wanted`);
  const service = await testApp({ DATABASE_URL: database.applicationUrl, LOG_LEVEL: 'debug' });
  const text = await scrapeUntil(service, isRead);
  const told = service.lines.filter(({ msg }) => msg === 'statement among those that take most time');
  const nap = told.find(({ statement }) => String(statement).includes('wanted'));
  expect(nap).toMatchObject({ level: 'debug', component: 'database', statement: 'SELECT pg_sleep($1), $2 AS wanted' });
  const value = (name: string) => sampleOf(text, `pg_stat_statements_${name}{queryid="${nap?.queryid}"}`);
  expect(value('calls_total')).toBe(1);
  expect(value('rows_total')).toBe(1);
  expect(value('seconds_total')).toBeGreaterThanOrEqual(0.5);
  expect(value('mean_seconds')).toBe(value('seconds_total'));
  expect(text.match(/^pg_stat_statements_calls_total\{/gm)?.length).toBeLessThanOrEqual(20);
});

test('a database that is away costs a scrape nothing but its samples, and one line', async () => {
  const service = await testApp();
  const told = () => service.lines.filter(({ msg }) => msg === 'database statistics cannot be read');
  const text = await scrapeUntil(service, () => told().length > 0);
  expect(text).toContain('# TYPE db_table_live_rows gauge\n');
  expect(text).toContain('db_pool_connections_max{pool="primary"} 10\n');
  expect(text).not.toMatch(/^db_table_live_rows\{/m);
  const failures = Object.fromEntries(questions.map(({ about }) => [about, 'ECONNREFUSED']));
  expect(told()).toEqual([expect.objectContaining({ level: 'warn', component: 'database', failures })]);
});

test('without performance monitoring the database is not asked', async () => {
  const service = await testApp({ DATABASE_URL: database.applicationUrl, ENABLE_PERFORMANCE_MONITORING: 'false' });
  expect(await service.app.metrics.metrics()).not.toContain('db_table_live_rows');
});

test('what may not be read is absent, the rest is told, and each change has one line', async () => {
  const own = await testDatabase();
  const asSuperuser = (sql: string) => query(onDatabaseOf(own, sharedServer().superuserUrl), sql);
  const pool = new Pool({ connectionString: own.applicationUrl });
  const lines: unknown[] = [];
  const log = { info: (line: unknown) => lines.push(line), warn: (line: unknown) => lines.push(line) };
  const insight = createInsight({ pool, questions, log: log as never, keptFor: 0 });
  const until = async (condition: (rows: readonly Row[]) => boolean): Promise<void> => {
    while (!condition(insight.current())) await sleep(50);
  };
  const hasStatements = (rows: readonly Row[]): boolean => rows.some(({ queryid }) => queryid);
  const hasTables = (rows: readonly Row[]): boolean => rows.some(({ table }) => table === 'tasks');

  await until((rows) => hasStatements(rows) && hasTables(rows));
  await asSuperuser('REVOKE EXECUTE ON FUNCTION pg_stat_statements(boolean) FROM PUBLIC');
  await until((rows) => !hasStatements(rows) && hasTables(rows));
  await asSuperuser('GRANT EXECUTE ON FUNCTION pg_stat_statements(boolean) TO PUBLIC');
  await until(hasStatements);
  await asSuperuser('DROP EXTENSION pg_stat_statements');
  await until((rows) => !hasStatements(rows) && hasTables(rows));
  await insight.close();
  await pool.end();
  expect(lines).toEqual([
    { failures: { statements: 'permission denied for function pg_stat_statements' } },
    'database statistics can be read again',
    { failures: { statements: 'the database has no extension pg_stat_statements' } },
  ]);
});

test('a question that takes too long is given up, and its limit stays with it', async () => {
  const pool = new Pool({ connectionString: database.applicationUrl, max: 1 });
  const lines: unknown[] = [];
  const log = { warn: (line: unknown) => lines.push(line) };
  const slow = { about: 'sleep', read: (ask: Ask) => ask('SELECT pg_sleep(60)') };
  const quick = { about: 'connection', read: (ask: Ask) => ask('SELECT pg_backend_pid() AS pid') };
  const insight = createInsight({ pool, questions: [slow, quick], log: log as never, keptFor: 60_000 });
  while (insight.current().length === 0) await sleep(50);
  expect(lines).toEqual([{ failures: { sleep: '57014' } }]);
  const { rows } = await pool.query(`SELECT pg_backend_pid() AS pid, current_setting('statement_timeout') AS limit`);
  expect(rows).toEqual([{ ...insight.current()[0], limit: '0' }]);
  await insight.close();
  await pool.end();
});

test('a full pool is left to requests', async () => {
  const pool = new Pool({ connectionString: database.applicationUrl, max: 1 });
  let asked = 0;
  const question = { about: 'anything', read: async () => [{ asked: ++asked }] };
  const insight = createInsight({ pool, questions: [question], log: {} as never, keptFor: 0 });
  const client = await pool.connect();
  insight.current();
  expect(asked).toBe(0);
  client.release();
  insight.current();
  expect(asked).toBe(1);
  await insight.close();
  await pool.end();
});
