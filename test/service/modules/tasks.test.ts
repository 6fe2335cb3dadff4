import { closeApps, type TestApp, testApp } from '../support/app';
import { query, type TestDatabase, testDatabase } from '../support/postgres';

let database: TestDatabase;
let service: TestApp;

beforeAll(async () => {
  database = await testDatabase();
  service = await testApp({ DATABASE_URL: database.applicationUrl });
});
afterAll(closeApps);

const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, sub: string, payload?: object) =>
  service.app.inject({ method, url, headers: service.as(sub), ...(payload ? { payload } : {}) });

const create = async (sub: string, title: string) => (await call('POST', '/api/tasks', sub, { title })).json();

test('another subject finds none of it, also when it is in the cache', async () => {
  const { id } = await create('grace', 'Hers alone');
  const url = `/api/tasks/${id}`;
  expect((await call('GET', url, 'grace')).statusCode).toBe(200);
  expect((await call('GET', url, 'mallory')).statusCode).toBe(404);
  expect((await call('PATCH', url, 'mallory', { title: 'Mine now' })).statusCode).toBe(404);
  expect((await call('DELETE', url, 'mallory')).statusCode).toBe(404);
  expect((await call('GET', '/api/tasks', 'mallory')).json()).toEqual({ items: [], nextCursor: null });
  expect((await call('GET', url, 'grace')).json()).toMatchObject({ title: 'Hers alone' });
});

test('a repeated read is answered from the cache', async () => {
  const { id } = await create('barbara', 'Cached');
  await call('GET', `/api/tasks/${id}`, 'barbara');
  await query(database.ownerUrl, 'DELETE FROM tasks WHERE id = $1', [id]);
  expect((await call('GET', `/api/tasks/${id}`, 'barbara')).json()).toMatchObject({ title: 'Cached' });
});

test.each([
  ['an empty title', { title: '' }, '/title'],
  ['a title that is too long', { title: 'x'.repeat(201) }, '/title'],
  ['a NUL byte', { title: 'a\0b' }, '/title'],
  ['a title of another type', { title: 7 }, '/title'],
  ['an unknown field', { title: 'a', owner: 'mallory' }, ''],
  ['no title', { done: true }, '/title'],
])('%s is refused with a pointer to it', async (_name, payload, pointer) => {
  const response = await call('POST', '/api/tasks', 'ada', payload);
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ code: 'validation_failed', errors: [{ in: 'body', pointer }] });
});

test.each(['limit=0', 'limit=101', 'limit=ten', 'limit=', 'cursor=1', 'offset=5'])('a list refuses ?%s', async (search) => {
  const response = await call('GET', `/api/tasks?${search}`, 'ada');
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ code: 'validation_failed', errors: [{ in: 'query' }] });
});

test('an id that is none is refused, and so is a change of nothing', async () => {
  expect((await call('GET', '/api/tasks/%00', 'ada')).statusCode).toBe(400);
  expect((await call('GET', '/api/tasks/1', 'ada')).statusCode).toBe(400);
  const { id } = await create('ada', 'Stays');
  expect((await call('PATCH', `/api/tasks/${id}`, 'ada', {})).statusCode).toBe(400);
});

test('without the feature there are no tasks', async () => {
  const { app, as } = await testApp({ DATABASE_URL: database.applicationUrl, FEATURES: 'auth.local' });
  expect((await app.inject({ url: '/api/tasks', headers: as('ada') })).statusCode).toBe(404);
});

test('the version of the API is another way to the same tasks', async () => {
  const created = await call('POST', '/api/v1/tasks', 'ada', { title: 'Versioned' });
  expect(created.statusCode).toBe(201);
  expect((await call('GET', `/api/tasks/${created.json().id}`, 'ada')).json()).toEqual(created.json());
});

test('a service that is to keep nothing asks the database each time', async () => {
  const { app, as } = await testApp({ DATABASE_URL: database.applicationUrl, ENABLE_CACHE: 'false' });
  const headers = as('ada');
  const { id } = (await app.inject({ method: 'POST', url: '/api/tasks', headers, payload: { title: 'Read' } })).json();
  const read = async () => (await app.inject({ url: `/api/tasks/${id}`, headers })).statusCode;
  expect(await read()).toBe(200);
  await query(database.ownerUrl, 'DELETE FROM tasks WHERE id = $1', [id]);
  expect(await read()).toBe(404);
});
