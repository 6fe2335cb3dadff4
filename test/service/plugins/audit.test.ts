import { closeApps, type TestApp, testApp } from '../support/app';
import { query, type TestDatabase, testDatabase } from '../support/postgres';
import { type FaultyProxy, faultyProxy } from '../support/proxy';

let database: TestDatabase;
let service: TestApp;

beforeAll(async () => {
  database = await testDatabase();
  service = await testApp({ DATABASE_URL: database.applicationUrl, TRUST_PROXY: '127.0.0.0/8' });
  const { app } = service;
  app.post('/api/rolled-back', { config: { access: 'task.write' } }, (request) =>
    app.db.transaction(request.principal as NonNullable<typeof request.principal>, async (tx) => {
      await app.audit(tx, request, { action: 'task.create', outcome: 'success' });
      throw Object.assign(new Error('refused'), { statusCode: 418 });
    }),
  );
});
afterAll(closeApps);

const post = (url: string, headers: Record<string, string>, payload: object = {}) =>
  service.app.inject({ method: 'POST', url, headers, payload });

const entries = () => query<Record<string, unknown>>(database.ownerUrl, 'SELECT * FROM audit_log ORDER BY id');

test('an entry tells who did what, from where, by which request, and nothing of what they wrote', async () => {
  const headers = { ...service.as('ada'), 'x-request-id': 'told', 'x-forwarded-for': '203.0.113.7' };
  const { id } = (await post('/api/tasks', headers, { title: 'A secret of mine' })).json();
  const [entry, ...more] = (await entries()).filter((each) => each.request_id === 'told');
  expect(more).toEqual([]);
  expect(entry).toMatchObject({ action: 'task.create', target: id, outcome: 'success', address: '203.0.113.7', details: null });
  expect(JSON.stringify(entry)).not.toContain('secret');
  const [task] = await query<{ organization_id: string; created_by: string }>(database.ownerUrl, 'SELECT * FROM tasks WHERE id = $1', [id]);
  expect([entry?.organization_id, entry?.user_id]).toEqual([task?.organization_id, task?.created_by]);
});

test('an entry goes when its act is rolled back', async () => {
  const before = await entries();
  expect((await post('/api/rolled-back', service.as('ada'))).statusCode).toBe(418);
  expect(await entries()).toEqual(before);
});

test('a proxy that tells of no address does not keep an act from being written down', async () => {
  const headers = { ...service.as('ada'), 'x-forwarded-for': 'unknown'.repeat(20), 'x-request-id': 'no-address' };
  expect((await post('/api/tasks', headers, { title: 'From nowhere' })).statusCode).toBe(201);
  expect((await entries()).filter((each) => each.request_id === 'no-address')).toHaveLength(1);
});

test('the log comes in pages, newest first, to who may read it', async () => {
  const of = (role: string) => service.as('reader', { org_id: 'org_pages', role });
  for (const title of ['1', '2', '3']) await post('/api/tasks', of('owner'), { title });
  await post('/api/tasks', of('viewer'), { title: 'Refused' });
  const read = async (search: string) => (await service.app.inject({ url: `/api/audit-log?${search}`, headers: of('admin') })).json();
  const first = await read('limit=3');
  expect(first.items.map((entry: { action: string; outcome: string }) => [entry.action, entry.outcome])).toEqual([
    ['task.write', 'denied'],
    ['task.create', 'success'],
    ['task.create', 'success'],
  ]);
  expect(first.items[0]).toEqual({
    id: expect.any(String),
    userId: expect.any(String),
    action: 'task.write',
    target: null,
    outcome: 'denied',
    requestId: expect.any(String),
    address: '127.0.0.1',
    createdAt: expect.any(String),
  });
  const last = await read(`limit=3&cursor=${first.nextCursor}`);
  expect([last.items.length, last.nextCursor]).toEqual([1, null]);
  const refused = await service.app.inject({ url: '/api/audit-log', headers: of('member') });
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'forbidden']);
});

describe('while the database is away', () => {
  let proxy: FaultyProxy;
  beforeAll(async () => {
    proxy = await faultyProxy(Number(new URL(database.applicationUrl).port));
  });
  afterAll(() => proxy.close());

  test('a denial is still told, and becomes a line of the log', async () => {
    const away = await testApp({ DATABASE_URL: Object.assign(new URL(database.applicationUrl), { port: String(proxy.port) }).toString() });
    const headers = away.as('viewer', { org_id: 'org_away', role: 'viewer' });
    // Known from now on.
    expect((await away.app.inject({ url: '/api/tasks', headers })).statusCode).toBe(200);
    proxy.become('cut');
    const answer = await away.app.inject({ method: 'POST', url: '/api/tasks', headers, payload: { title: 'No' } });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'forbidden']);
    expect(away.lines).toContainEqual(
      expect.objectContaining({ component: 'audit', action: 'task.write', outcome: 'denied', msg: 'audit entry could not be written' }),
    );
  });
});
