import createClient from 'openapi-fetch';
import type { paths } from '../../service/client/schema';
import { closeApps, testApp } from './support/app';
import { testDatabase } from './support/postgres';

afterAll(closeApps);

/** The service on a port of its own, and a client that knows of it what the generated types say. */
const start = async () => {
  const { app } = await testApp({
    DATABASE_URL: (await testDatabase()).applicationUrl,
    FEATURES: 'auth.local,organizations,users,tasks,designs,audit',
  });
  return createClient<paths>({ baseUrl: await app.listen({ host: '127.0.0.1', port: 0 }) });
};

/** What was answered. @throws Error with the problem's code */
const wished = <T>({ data, error }: { data?: T; error?: { code: string } }): T => {
  if (error) throw new Error(error.code);
  return data as T;
};

// Jest does not check types, `npm run typecheck` does: there, this test says that the document still describes the story.
test('an owner registers, works with a task, and finds all of it in the audit log', async () => {
  const client = await start();
  const account = { email: 'ada@example.com', password: 'an analytical engine' };
  wished(await client.POST('/api/auth/register', { body: { ...account, name: 'Ada Lovelace', organization: 'Engines' } }));
  const { accessToken, tokenType } = wished(await client.POST('/api/auth/login', { body: account }));
  client.use({
    onRequest: ({ request }) => request.headers.set('authorization', `${tokenType} ${accessToken}`),
  });

  const { user, organization, permissions } = wished(await client.GET('/api/auth/me'));
  expect([user.name, organization.name]).toEqual(['Ada Lovelace', 'Engines']);
  expect(permissions).toContain('task.write');

  const created = await client.POST('/api/tasks', {
    params: { header: { 'idempotency-key': 'once' } },
    body: { title: 'Write the first program' },
  });
  const { id, version } = wished(created);
  const etag = created.response.headers.get('etag') as string;
  expect(created.response.headers.get('location')).toBe(`/api/tasks/${id}`);

  const { items, nextCursor } = wished(await client.GET('/api/tasks', { params: { query: { limit: 1 } } }));
  expect([items.map((task) => task.title), nextCursor]).toEqual([['Write the first program'], null]);

  const one = { params: { path: { id }, header: { 'if-match': etag } } };
  expect(wished(await client.PATCH('/api/tasks/{id}', { ...one, body: { done: true } }))).toMatchObject({
    done: true,
    version: version + 1,
  });
  const late = await client.PATCH('/api/tasks/{id}', { ...one, body: { done: false } });
  expect(late.error?.code).toBe('changed_meanwhile');

  wished(await client.DELETE('/api/tasks/{id}', { params: { path: { id } } }));
  const gone = await client.GET('/api/tasks/{id}', { params: { path: { id } } });
  expect([gone.response.status, gone.error?.code]).toEqual([404, 'not_found']);

  const log = wished(await client.GET('/api/audit-log'));
  expect(log.items.map((entry) => [entry.action, entry.userId, entry.outcome])).toEqual(
    ['task.remove', 'task.update', 'task.create', 'session.begin', 'user.register'].map((action) => [action, user.id, 'success']),
  );
});

test('what the document does not have is an error of types', async () => {
  const client = createClient<paths>({ baseUrl: 'http://127.0.0.1:1', fetch: async () => new Response('{}') });
  // @ts-expect-error there is no such path
  await client.GET('/api/nowhere');
  // @ts-expect-error a title is text
  await client.POST('/api/tasks', { body: { title: 7 } });
  // @ts-expect-error a task has an id
  await client.GET('/api/tasks/{id}');
  // @ts-expect-error roles are a closed list
  await client.PUT('/api/users/{id}/role', { params: { path: { id: 'x' } }, body: { role: 'emperor' } });
});
