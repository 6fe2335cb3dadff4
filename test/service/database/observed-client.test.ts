import { Pool, Query } from 'pg';
import { type Execution, observedClient } from '../../../service/database/observed-client';
import { testDatabase } from '../support/postgres';

let seen: Execution[];
const pools: Pool[] = [];

const open = async (options: object = {}): Promise<Pool> => {
  const { applicationUrl } = await testDatabase();
  const pool = new Pool({
    connectionString: applicationUrl,
    max: 1,
    Client: observedClient((execution) => seen.push(execution)),
    ...options,
  });
  pools.push(pool);
  return pool;
};

beforeEach(() => {
  seen = [];
});
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
});

test('a statement is told in every form in which it can be sent', async () => {
  const pool = await open();
  const client = await pool.connect();
  const called = (send: (callback: (error: Error | null, result: { rows: unknown[] }) => void) => void): Promise<unknown[]> =>
    new Promise((resolve, reject) => send((error, result) => (error ? reject(error) : resolve(result.rows))));
  const one = [{ n: 1 }];
  expect((await client.query('SELECT 1 AS n')).rows).toEqual(one);
  expect((await client.query('SELECT $1::int AS n', [1])).rows).toEqual(one);
  expect((await client.query({ text: 'SELECT $1::int AS n', name: 'named', values: [1] })).rows).toEqual(one);
  expect(await called((callback) => client.query('SELECT 1 AS n', callback))).toEqual(one);
  expect(await called((callback) => client.query('SELECT $1::int AS n', [1], callback))).toEqual(one);
  expect(await called((callback) => client.query({ text: 'SELECT 1 AS n' }, callback))).toEqual(one);
  expect(await called((callback) => client.query({ text: 'SELECT 1 AS n', callback } as { text: string }))).toEqual(one);
  client.release();
  expect((await pool.query('SELECT 1 AS n')).rows).toEqual(one);
  expect(seen).toHaveLength(8);
  expect(seen[2]).toEqual({ text: 'SELECT $1::int AS n', name: 'named', milliseconds: expect.any(Number), rows: 1, error: undefined });
});

test('a statement that is an object of its own works as before', async () => {
  const client = await (await open()).connect();
  const rows = await new Promise((resolve) => {
    const found: unknown[] = [];
    client
      .query(new Query('SELECT 1 AS n'))
      .on('row', (row) => found.push(row))
      .on('end', () => resolve(found));
  });
  client.release();
  expect(rows).toEqual([{ n: 1 }]);
});

test('a failure reaches its caller, with a trace that leads there, and is told', async () => {
  const client = await (await open()).connect();
  const failing = async function theCaller(): Promise<unknown> {
    return await client.query('SELECT nothing');
  };
  const error = await failing().catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: '42703', stack: expect.stringContaining('theCaller') });
  await expect(client.query(null as never)).rejects.toThrow(TypeError);
  client.release();
  expect(seen).toEqual([{ text: 'SELECT nothing', name: undefined, milliseconds: expect.any(Number), rows: undefined, error }]);
});

test('of statements in one burst only the slow one is slow', async () => {
  const client = await (await open({ pipeline: true })).connect();
  const start = performance.now();
  await Promise.all(['BEGIN', 'SELECT pg_sleep(0.5)', 'SELECT 1', 'COMMIT'].map((text) => client.query(text)));
  const elapsed = performance.now() - start;
  client.release();
  const longest = seen.reduce((one, other) => (other.milliseconds > one.milliseconds ? other : one));
  expect(longest.text).toBe('SELECT pg_sleep(0.5)');
  // So the time of the slow one is in none of the others.
  expect(seen.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBeLessThanOrEqual(elapsed);
});
