import { closeApps, type TestApp, testApp } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/postgres';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(closeApps);

const start = (milliseconds: number): Promise<TestApp> =>
  testApp({ DATABASE_URL: database.applicationUrl, DATABASE_SLOW_QUERY_MS: String(milliseconds), DATABASE_STATEMENT_TIMEOUT_MS: '1000' });

const slow = ({ lines }: TestApp) => lines.filter(({ msg }) => msg === 'slow query');

test('a slow statement of Prisma and one of pg have a line each, without their values', async () => {
  const service = await start(200);
  await service.app.db.transaction('identity', (tx) => tx.$queryRaw`SELECT pg_sleep(0.3)::text, ${'secret'}::text`);
  await service.app.db.pool.query({
    name: 'nap',
    text: `SELECT pg_sleep($1::float),\n  $2::text, 'secret'`,
    values: [0.3, 'secret'],
  });
  const line = { level: 'warn', component: 'database', pool: 'primary', ms: expect.any(Number), rows: 1 };
  expect(slow(service)).toEqual([
    expect.objectContaining({ ...line, statement: 'SELECT pg_sleep(0.3)::text, $1::text' }),
    expect.objectContaining({ ...line, statement: "SELECT pg_sleep($1::float), $2::text, '…'", name: 'nap' }),
  ]);
  expect(JSON.stringify(service.lines)).not.toContain('secret');
});

test('one that fails after a while has a line that says why, without what the server quotes', async () => {
  const service = await start(200);
  const { pool } = service.app.db;
  await expect(pool.query('SELECT pg_sleep(9)')).rejects.toThrow('statement timeout');
  await expect(pool.query('SELECT (nap || $1)::int FROM (SELECT pg_sleep(0.3)::text AS nap) AS naps', ['secret'])).rejects.toThrow(
    'secret',
  );
  expect(slow(service).map(({ reason }) => reason)).toEqual(['57014', '22P02']);
  expect(JSON.stringify(service.lines)).not.toContain('secret');
});

test('a fast one has none', async () => {
  const service = await start(60_000);
  await service.app.db.transaction('identity', (tx) => tx.task.findFirst());
  await service.app.db.pool.query('SELECT pg_sleep(0.3)');
  expect(slow(service)).toEqual([]);
});

test('0 logs none, however slow', async () => {
  const service = await start(0);
  await service.app.db.pool.query('SELECT pg_sleep(0.3)');
  expect(slow(service)).toEqual([]);
});
