import { closeApps, type TestApp, testApp } from './support/app';
import { query, type TestDatabase, testDatabase } from './support/postgres';

let database: TestDatabase;
let service: TestApp;

beforeAll(async () => {
  database = await testDatabase();
  service = await testApp({ DATABASE_URL: database.applicationUrl });
});
afterAll(closeApps);

type Headers = Record<string, string>;

const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, headers: Headers = {}, payload?: object) =>
  service.app.inject({ method, url, headers: { ...service.as('ada'), ...headers }, ...(payload ? { payload } : {}) });

describe.each([
  ['/api/tasks', 'tasks', { title: 'First' }, { title: 'Second' }, { title: 'Third' }],
  ['/api/designs', 'saved_designs', { name: 'First', content: { a: [1] } }, { name: 'Second' }, { content: { b: null } }],
])('%s', (path, table, first, second, third) => {
  const make = async (): Promise<{ id: string; url: string }> => {
    const { id } = (await call('POST', path, {}, first)).json();
    return { id, url: `${path}/${id}` };
  };
  const read = async (url: string, headers?: Headers) => call('GET', url, headers);

  test('one is made, read, changed and removed', async () => {
    const made = await call('POST', path, {}, first);
    expect([made.statusCode, made.headers.etag, made.headers.location]).toEqual([201, '"1"', `${path}/${made.json().id}`]);
    const url = made.headers.location as string;
    expect((await read(url)).json()).toEqual(made.json());
    const changed = await call('PATCH', url, {}, second);
    expect([changed.headers.etag, changed.json()]).toEqual([
      '"2"',
      { ...made.json(), ...second, version: 2, updatedAt: expect.any(String) },
    ]);
    expect((await read(url)).json()).toEqual(changed.json());
    const again = await call('PATCH', url, {}, third);
    expect(again.json()).toEqual({ ...changed.json(), ...third, version: 3, updatedAt: expect.any(String) });
    expect((await call('DELETE', url)).statusCode).toBe(204);
    for (const method of ['GET', 'DELETE'] as const) expect((await call(method, url)).json()).toMatchObject({ code: 'not_found' });
  });

  describe('If-None-Match', () => {
    test.each(['"1"', 'W/"1"', '"9", "1"', '*'])('%s spares the body', async (tag) => {
      const { url } = await make();
      const answer = await read(url, { 'if-none-match': tag });
      expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, '', '"1"']);
    });

    test('with an older version gives the new one', async () => {
      const { url } = await make();
      await read(url);
      await call('PATCH', url, {}, second);
      const answer = await read(url, { 'if-none-match': '"1"' });
      expect([answer.statusCode, answer.headers.etag, answer.json().version]).toEqual([200, '"2"', 2]);
    });

    test('of what is not there is 404', async () => {
      expect((await read(`${path}/018f0000-0000-7000-8000-000000000000`, { 'if-none-match': '*' })).statusCode).toBe(404);
    });
  });

  describe('If-Match', () => {
    test.each(['"2"', '"1", "2"', '*'])('%s lets version 2 be changed', async (tag) => {
      const { url } = await make();
      await call('PATCH', url, {}, second);
      expect((await call('PATCH', url, { 'if-match': tag }, third)).json()).toMatchObject({ version: 3 });
    });

    test.each(['"1"', 'W/"2"', '"02"', '2', ''])('%s does not, nor removed', async (tag) => {
      const { url } = await make();
      await call('PATCH', url, {}, second);
      for (const method of ['PATCH', 'DELETE'] as const) {
        const answer = await call(method, url, { 'if-match': tag }, method === 'PATCH' ? third : undefined);
        expect([answer.statusCode, answer.json().code]).toEqual([412, 'changed_meanwhile']);
      }
      expect((await read(url)).json()).toMatchObject({ version: 2 });
    });

    test('of two changes at once lets one win', async () => {
      const { url } = await make();
      for (let version = 1; version <= 5; version += 1) {
        const change = () => call('PATCH', url, { 'if-match': `"${version}"` }, second);
        const answers = await Promise.all([change(), change()]);
        expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412]);
      }
      expect((await read(url)).json()).toMatchObject({ version: 6 });
    });
  });

  test('changes at once, without If-Match, all count', async () => {
    const { url } = await make();
    await Promise.all(Array.from({ length: 8 }, () => call('PATCH', url, {}, second)));
    expect((await read(url)).json()).toMatchObject({ version: 9 });
  });

  test('what is read after a change is never older, whatever came at once', async () => {
    const { id, url } = await make();
    const version = async () => (await read(url)).json().version as number;
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all([call('PATCH', url, {}, second), version(), call('PATCH', url, {}, third), version()]);
      expect(answers).toHaveLength(4);
      const [row] = await query<{ version: number }>(database.ownerUrl, `SELECT version FROM ${table} WHERE id = $1`, [id]);
      expect(await version()).toBe(row?.version);
    }
    await Promise.all([call('PATCH', url, {}, second), read(url), call('DELETE', url)]);
    expect((await read(url)).statusCode).toBe(404);
  });

  test.each(['PATCH', 'DELETE'] as const)('a change that is over late does not bring back what a later %s replaced', async (method) => {
    const { url } = await make();
    await read(url);
    const { transaction } = service.app.db;
    const late = jest.spyOn(service.app.db, 'transaction').mockImplementationOnce(async (...given) => {
      const result = await transaction(...given);
      // Committed, and on its way to the cache while another request passes it.
      expect((await call(method, url, {}, method === 'PATCH' ? third : undefined)).statusCode).toBeLessThan(300);
      return result;
    });
    expect((await call('PATCH', url, {}, second)).json()).toMatchObject({ version: 2 });
    late.mockRestore();
    const answer = await read(url);
    expect([answer.statusCode, answer.headers.etag]).toEqual(method === 'PATCH' ? [200, '"3"'] : [404, undefined]);
  });

  test('an id in capital letters is the same thing, before and after a change', async () => {
    const { id, url } = await make();
    const capital = `${path}/${id.toUpperCase()}`;
    expect((await read(capital)).json()).toMatchObject({ id, version: 1 });
    await call('PATCH', url, {}, second);
    expect((await read(capital)).json()).toMatchObject({ id, version: 2 });
    await call('PATCH', capital, {}, second);
    expect((await read(url)).json()).toMatchObject({ id, version: 3 });
    await call('DELETE', capital);
    expect((await read(url)).statusCode).toBe(404);
    expect((await read(capital)).statusCode).toBe(404);
  });

  test('pages have no gap and no repetition while others are added', async () => {
    const headers = service.as(`reader of ${path}`);
    const add = async () => (await call('POST', path, headers, first)).json().id as string;
    const before: string[] = [];
    for (let count = 0; count < 7; count += 1) before.unshift(await add());
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { id: string }[]; nextCursor: string | null } = (
        await call('GET', `${path}?limit=2${cursor ? `&cursor=${cursor.toUpperCase()}` : ''}`, headers)
      ).json();
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      await Promise.all([add(), add()]);
    } while (cursor);
    expect(seen).toEqual(before);
  });

  test('a page that ends with the last one says so', async () => {
    const headers = service.as(`short list of ${path}`);
    for (let count = 0; count < 2; count += 1) await call('POST', path, headers, first);
    expect((await call('GET', `${path}?limit=2`, headers)).json()).toMatchObject({ items: [{}, {}], nextCursor: null });
  });

  test.each(['POST', 'PATCH', 'DELETE'] as const)('%s leaves one entry in the audit log', async (method) => {
    const { id, url } = await make();
    const body = { POST: first, PATCH: second, DELETE: undefined }[method];
    const answer = await call(method, method === 'POST' ? path : url, { 'x-request-id': `audited-${method}-${table}` }, body);
    expect(answer.statusCode).toBeLessThan(300);
    const entries = await query(database.ownerUrl, 'SELECT * FROM audit_log WHERE request_id = $1', [`audited-${method}-${table}`]);
    const noun = table === 'tasks' ? 'task' : 'design';
    const verb = { POST: 'create', PATCH: 'update', DELETE: 'remove' }[method];
    expect(entries).toEqual([
      expect.objectContaining({
        action: `${noun}.${verb}`,
        target: method === 'POST' ? answer.json().id : id,
        outcome: 'success',
        address: '127.0.0.1',
        details: null,
        user_id: expect.any(String),
        organization_id: expect.any(String),
      }),
    ]);
  });

  test('what was not changed leaves none', async () => {
    const { url } = await make();
    const headers = { 'x-request-id': `refused-${table}` };
    await call('PATCH', url, { ...headers, 'if-match': '"9"' }, second);
    await call('PATCH', url, headers, {});
    await call('POST', path, headers, {});
    expect(await query(database.ownerUrl, 'SELECT FROM audit_log WHERE request_id = $1', [`refused-${table}`])).toEqual([]);
  });
});
