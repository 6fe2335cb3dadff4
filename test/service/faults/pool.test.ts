import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { closeApps, type TestApp, testApp } from '../support/app';
import { query, type TestDatabase, testDatabase } from '../support/postgres';

jest.setTimeout(30_000);

let database: TestDatabase;
let service: TestApp;
let locker: Client;

beforeAll(async () => {
  database = await testDatabase();
  service = await testApp({
    DATABASE_URL: database.applicationUrl,
    DATABASE_POOL_MAX: '3',
    DATABASE_CONNECT_TIMEOUT_MS: '500',
    DATABASE_STATEMENT_TIMEOUT_MS: '5000',
  });
  locker = new Client({ connectionString: database.ownerUrl });
  await locker.connect();
});
afterAll(async () => {
  await locker.end();
  await closeApps();
});

const answerOf = (response: { statusCode: number; headers: Record<string, unknown>; json(): { code?: string } }): string =>
  [response.statusCode, response.json().code, response.headers['retry-after']].filter(Boolean).join(' ');

test('more slow requests than connections wait, are told to come back, and fail nobody else', async () => {
  const { app } = service;
  const headers = service.as('ada');
  const list = async () => answerOf(await app.inject({ url: '/api/tasks', headers }));
  const create = async () => answerOf(await app.inject({ method: 'POST', url: '/api/tasks', headers, payload: { title: 'Slow' } }));
  expect(await list()).toBe('200');
  // As a pod is asked before it gets any request: that the schema is complete is known from then on.
  expect((await app.inject({ url: '/health/ready' })).statusCode).toBe(200);

  await locker.query('BEGIN; LOCK TABLE tasks');
  const slow = [list(), create(), list()];
  const waiting = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'tasks'::regclass`;
  while ((await query(database.ownerUrl, waiting)).length < 3) await sleep(20);
  const refused = await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? list() : create())));
  expect(new Set(refused)).toEqual(new Set(['503 database_unavailable 5']));
  // An answer of readiness is kept for a second.
  await sleep(1_100);
  for (const url of ['/health', '/health/ready']) expect((await app.inject({ url })).statusCode).toBe(200);

  const patient = list();
  await locker.query('ROLLBACK');
  expect(await Promise.all(slow)).toEqual(['200', '201', '200']);
  expect(await patient).toBe('200');
  expect(app.db.pool.waitingCount).toBe(0);
  expect(app.db.pool.totalCount).toBeLessThanOrEqual(3);
});
