import { randomUUID } from 'node:crypto';
import { closeApps, type TestApp, testApp } from '../support/app';
import { controlled } from '../support/cache';
import { everyFeature, testOrganization } from '../support/members';
import { query, type TestDatabase, testDatabase } from '../support/postgres';

jest.setTimeout(60_000);

let database: TestDatabase;
let service: TestApp;
/** What a slow request waits for. */
let held: (() => Promise<void>) | undefined;

beforeAll(async () => {
  database = await testDatabase();
  service = await testApp({ DATABASE_URL: database.applicationUrl });
  const { app } = service;
  app.post('/api/work', { config: { access: 'task.write' } }, (request, reply) =>
    app.idempotent(request, reply, async (tx) => {
      const { organizationId, userId } = request.principal as NonNullable<typeof request.principal>;
      await tx.task.create({ data: { organizationId, createdBy: userId, title: 'Half done' } });
      const { fail, slow } = request.body as { fail?: string; slow?: boolean };
      if (slow) await held?.();
      if (fail === 'connection') await tx.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`;
      if (fail) throw Object.assign(new Error('refused'), { statusCode: 418 });
      return { status: 202, headers: { 'x-made': 'once' }, body: { made: true } };
    }),
  );
});
afterAll(closeApps);

interface Given {
  key?: string;
  url?: string;
  headers?: Record<string, string>;
}

const post = async (payload: object, { key = randomUUID(), url = '/api/tasks', headers = service.as('ada') }: Given = {}) =>
  service.app.inject({ method: 'POST', url, headers: { ...headers, 'idempotency-key': key }, payload });

const titled = async (title: string) => (await query(database.ownerUrl, 'SELECT FROM tasks WHERE title = $1', [title])).length;

test('a repeated request gives the same answer, and does the work once', async () => {
  for (const [url, body] of [
    ['/api/tasks', { title: 'Once' }],
    ['/api/designs', { name: 'Once', content: { z: 1, a: { y: [2], b: null } } }],
  ] as const) {
    const key = randomUUID();
    const first = await post(body, { key, url });
    const again = await post(body, { key, url });
    expect([again.statusCode, again.json()]).toEqual([201, first.json()]);
    for (const name of ['location', 'etag']) expect(again.headers[name]).toBe(first.headers[name]);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
  }
  expect(await titled('Once')).toBe(1);
});

test('what is repeated is what was answered then, whatever became of it', async () => {
  const key = randomUUID();
  const first = await post({ title: 'Changes later' }, { key });
  const url = first.headers.location as string;
  await service.app.inject({ method: 'PATCH', url, headers: service.as('ada'), payload: { done: true } });
  expect((await post({ title: 'Changes later' }, { key })).json()).toEqual(first.json());
});

test('twenty at once make one row', async () => {
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 20 }, () => post({ title: 'Raced' }, { key })));
  const made = answers.filter(({ statusCode }) => statusCode === 201);
  expect(made.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
  expect(new Set(made.map((answer) => answer.json().id)).size).toBe(1);
  for (const answer of answers.filter(({ statusCode }) => statusCode !== 201)) {
    expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([409, 'request_in_flight', '1']);
  }
  expect(await titled('Raced')).toBe(1);
});

test('while a request is under way, the same one is told to come again, and others are not kept waiting', async () => {
  const [key, url] = [randomUUID(), '/api/work'];
  const [begun, end] = [controlled<void>(), controlled<void>()];
  held = () => {
    begun.resolve();
    return end.promise;
  };
  const first = post({ slow: true }, { key, url });
  await begun.promise;
  const meanwhile = await Promise.all(Array.from({ length: 5 }, () => post({ slow: true }, { key, url })));
  expect(meanwhile.map((answer) => [answer.statusCode, answer.json().code])).toEqual(meanwhile.map(() => [409, 'request_in_flight']));
  expect((await post({}, { url })).statusCode).toBe(202);
  end.resolve();
  expect((await first).statusCode).toBe(202);
  expect((await post({ slow: true }, { key, url })).headers['idempotency-replayed']).toBe('true');
});

test('the same body in another order of keys is the same; another body is refused', async () => {
  const key = randomUUID();
  const url = '/api/designs';
  const first = await post({ name: 'Order', content: { a: 1, b: { c: [1, 2], d: 2 } } }, { key, url });
  const again = await post({ content: { b: { d: 2, c: [1, 2] }, a: 1 }, name: 'Order' }, { key, url });
  expect(again.json()).toEqual(first.json());
  const other = await post({ name: 'Order', content: { a: 1, b: { c: [2, 1], d: 2 } } }, { key, url });
  expect([other.statusCode, other.json().code]).toEqual([422, 'idempotency_key_reused']);
});

test('the key of another route, user or organization is another key', async () => {
  const key = randomUUID();
  const of = (sub: string, org_id: string) => service.as(sub, { org_id, role: 'member' });
  const answers = [
    await post({ title: 'Mine' }, { key, headers: of('ada', 'org_a') }),
    await post({ name: 'Mine', content: {} }, { key, url: '/api/designs', headers: of('ada', 'org_a') }),
    await post({ title: 'Hers' }, { key, headers: of('grace', 'org_a') }),
    await post({ title: 'Elsewhere' }, { key, headers: of('ada', 'org_b') }),
  ];
  expect(answers.map(({ statusCode, headers }) => [statusCode, headers['idempotency-replayed']])).toEqual(
    answers.map(() => [201, undefined]),
  );
});

describe('a request that failed', () => {
  test.each(['work', 'connection'])('in its %s leaves nothing, and can be sent again', async (fail) => {
    const key = randomUUID();
    const url = '/api/work';
    const before = await titled('Half done');
    expect((await post({ fail }, { key, url })).statusCode).toBe(fail === 'work' ? 418 : 503);
    expect(await titled('Half done')).toBe(before);
    expect(await query(database.ownerUrl, 'SELECT FROM idempotency_keys WHERE key = $1', [key])).toEqual([]);
    const then = await post({}, { key, url });
    expect([then.statusCode, then.json(), then.headers['x-made']]).toEqual([202, { made: true }, 'once']);
    expect((await post({}, { key, url })).headers['x-made']).toBe('once');
    expect(await titled('Half done')).toBe(before + 1);
  });
});

test('after a day the key is new again, and what others left expired is gone', async () => {
  const [key, stranger] = [randomUUID(), randomUUID()];
  const first = await post({ title: 'Yesterday' }, { key });
  await post({ title: 'Yesterday' }, { key: stranger, headers: service.as('linus') });
  const age = (hours: number, ...keys: string[]) =>
    query(database.ownerUrl, `UPDATE idempotency_keys SET created_at = now() - $1 * interval '1 hour' WHERE key = ANY($2)`, [hours, keys]);
  await age(23, key);
  expect((await post({ title: 'Yesterday' }, { key })).json()).toEqual(first.json());
  await age(25, key, stranger);
  const next = await post({ title: 'Today' }, { key });
  expect([next.statusCode, next.headers['idempotency-replayed']]).toEqual([201, undefined]);
  expect((await post({ title: 'Today' }, { key })).json()).toEqual(next.json());
  expect(await query(database.ownerUrl, 'SELECT FROM idempotency_keys WHERE key = $1', [stranger])).toEqual([]);
});

test.each(['', 'a b', 'ä', 'x'.repeat(256), 'one, two'])('the key "%s" is refused', async (key) => {
  const answer = await post({ title: 'Refused' }, { key });
  expect([answer.statusCode, answer.json().errors?.[0]]).toEqual([400, expect.objectContaining({ in: 'header' })]);
});

test('the longest key is taken', async () => {
  expect((await post({ title: 'Long' }, { key: 'x'.repeat(255) })).statusCode).toBe(201);
});

test('a new member is made once, and neither the password nor what it could be guessed from is kept', async () => {
  const { app } = await testApp({ ...everyFeature, DATABASE_URL: database.applicationUrl });
  const { owner } = await testOrganization(app);
  const payload = { email: 'once@example.com', password: 'what nobody guesses', name: 'Once', role: 'member' };
  const key = randomUUID();
  const send = (given: object) =>
    app.inject({
      method: 'POST',
      url: '/api/users',
      headers: { ...owner.headers, 'idempotency-key': key },
      payload: { ...payload, ...given },
    });
  const first = await send({});
  expect(first.statusCode).toBe(201);
  const [row] = await query<{ body_hash: Buffer }>(database.ownerUrl, 'SELECT * FROM idempotency_keys WHERE key = $1', [key]);
  expect(JSON.stringify(row)).not.toContain(payload.password);
  // The same with another password: then the hash does not depend on it.
  const again = await send({ password: 'another that nobody guesses' });
  expect([again.statusCode, again.json(), again.headers.location]).toEqual([201, first.json(), first.headers.location]);
  expect((await send({ name: 'Twice' })).statusCode).toBe(422);
});
