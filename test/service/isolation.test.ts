import { closeApps, type TestApp, testApp } from './support/app';
import { type DocumentedRoute, documentedRoutes, nameOf } from './support/documented-routes';
import { everyFeature, type Person, type TestOrganization, testOrganization } from './support/members';
import { query, type TestDatabase, testDatabase } from './support/postgres';

// Every login takes a hash that is slow on purpose.
jest.setTimeout(60_000);

let database: TestDatabase;
let service: TestApp;
let a: TestOrganization;
let member: Person;
let b: TestOrganization;

beforeAll(async () => {
  database = await testDatabase();
  service = await testApp({ ...everyFeature, DATABASE_URL: database.applicationUrl });
  a = await testOrganization(service.app);
  member = await a.add('member');
  b = await testOrganization(service.app);
});
afterAll(closeApps);

const make = async (url: string, payload: object, by: Person): Promise<string> =>
  (await service.app.inject({ method: 'POST', url, headers: by.headers, payload })).json().id;

interface Sample {
  /** Id of a thing that a member of A made, and B must not find. */
  id(): Promise<string>;
  /** Bodies that its owner could send. */
  bodies?: Partial<Record<DocumentedRoute['method'], object>>;
}

const samples: Readonly<Record<string, Sample>> = {
  '/api/organizations/{id}': { id: async () => a.id, bodies: { PATCH: { name: 'Taken over' } } },
  '/api/users/{id}': { id: async () => member.id, bodies: { PATCH: { name: 'Mallory', phone: null } } },
  '/api/users/{id}/role': { id: async () => member.id, bodies: { PUT: { role: 'viewer' } } },
  '/api/tasks/{id}': { id: () => make('/api/tasks', { title: 'Secret' }, member), bodies: { PATCH: { title: 'Taken over' } } },
  '/api/designs/{id}': {
    id: () => make('/api/designs', { name: 'Secret', content: {} }, member),
    bodies: { PATCH: { name: 'Taken over' } },
  },
};

const withParameters = (): DocumentedRoute[] => documentedRoutes(service.app).filter(({ path }) => path.includes('{'));

/** All that is kept for A. */
const contents = async (): Promise<unknown[]> => {
  const tables = ['memberships', 'tasks', 'saved_designs', 'sessions', 'idempotency_keys', 'audit_log'];
  const rows = tables.map((table) => `SELECT to_jsonb(t) AS row FROM ${table} t WHERE organization_id = $1`);
  const people = `SELECT to_jsonb(u) FROM users u JOIN memberships m ON m.user_id = u.id WHERE organization_id = $1`;
  const sql = [...rows, people, 'SELECT to_jsonb(o) FROM organizations o WHERE id = $1'].join(' UNION ALL ');
  return query(database.ownerUrl, `SELECT row FROM (${sql}) AS everything ORDER BY row`, [a.id]);
};

test('every route with a parameter has a sample here', () => {
  const paths = [...new Set(withParameters().map(({ path }) => path))];
  expect(paths.sort()).toEqual(Object.keys(samples).sort());
});

test('the owner of another organization finds nothing under any of them, read before or not, and changes nothing', async () => {
  for (const route of withParameters()) {
    const sample = samples[route.path] as Sample;
    const id = await sample.id();
    const call = (by: Person, method: DocumentedRoute['method'], written = id) =>
      service.app.inject({
        method,
        url: route.path.replace(/\{\w+\}/, written),
        headers: by.headers,
        payload: sample.bodies?.[method],
      });
    // It is there, and then in the cache.
    if (route.method === 'GET' || route.method === 'HEAD') expect([route, (await call(member, 'GET')).statusCode]).toEqual([route, 200]);
    const before = await contents();
    expect(before.length).toBeGreaterThan(4);
    for (const written of [id, id.toUpperCase()]) {
      const answer = await call(b.owner, route.method, written);
      expect([nameOf(route), answer.statusCode]).toEqual([nameOf(route), 404]);
      if (route.method !== 'HEAD') expect(answer.json()).toMatchObject({ code: 'not_found' });
    }
    expect([nameOf(route), await contents()]).toEqual([nameOf(route), before]);
  }
});

test('no list shows anything of another organization', async () => {
  const lists = documentedRoutes(service.app).filter(({ method, path }) => method === 'GET' && samples[`${path}/{id}`]);
  expect(lists.map(({ path }) => path).sort()).toEqual(['/api/designs', '/api/tasks', '/api/users']);
  const strangers = [a.id, a.owner.id, member.id, await make('/api/tasks', { title: 'One' }, member)];
  for (const path of [...lists.map((list) => list.path), '/api/audit-log']) {
    const { body, statusCode } = await service.app.inject({ url: path, headers: b.owner.headers });
    expect([path, statusCode, strangers.filter((id) => body.includes(id))]).toEqual([path, 200, []]);
  }
});

test('a design belongs to who saved it: the owner of the same organization does not find it either', async () => {
  const id = await make('/api/designs', { name: 'Mine', content: { shapes: [] } }, member);
  const call = (by: Person, method: 'GET' | 'PATCH' | 'DELETE') =>
    service.app.inject({
      method,
      url: `/api/designs/${id}`,
      headers: by.headers,
      ...(method === 'PATCH' ? { payload: { name: 'Ours' } } : {}),
    });
  expect((await call(member, 'GET')).statusCode).toBe(200);
  for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
    const answer = await call(a.owner, method);
    expect([method, answer.statusCode, answer.json().code]).toEqual([method, 404, 'not_found']);
  }
  expect((await service.app.inject({ url: '/api/designs', headers: a.owner.headers })).json().items).toEqual([]);
  expect((await call(member, 'GET')).json()).toMatchObject({ name: 'Mine', version: 1 });
});
