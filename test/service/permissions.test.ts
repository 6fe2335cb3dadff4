import type { Access } from '../../service/contract/permissions';
import { isPermission, type Role, roleNames, roles } from '../../service/contract/permissions';
import { closeApps, type TestApp, testApp } from './support/app';
import { type DocumentedRoute, documentedRoutes, nameOf } from './support/documented-routes';
import { everyFeature, type Person, testOrganization } from './support/members';
import { query, type TestDatabase, testDatabase } from './support/postgres';

/** What each route asks for, said a second time: a change of one alone fails. HEAD asks for what GET does. */
const asked: Readonly<Record<string, Access>> = {
  'GET /health': 'public',
  'GET /healthz': 'public',
  'GET /health/ready': 'public',
  'GET /ready': 'public',
  'GET /api/health': 'public',
  'GET /healthz/detailed': 'public',
  'GET /health/metrics': 'public',
  'POST /api/auth/register': 'public',
  'POST /api/auth/login': 'public',
  'POST /api/auth/refresh': 'public',
  'POST /api/auth/session': 'public',
  'POST /api/auth/logout': 'authenticated',
  'POST /api/auth/password': 'authenticated',
  'GET /api/auth/me': 'authenticated',
  'GET /api/organizations/{id}': 'organization.read',
  'PATCH /api/organizations/{id}': 'organization.update',
  'GET /api/roles': 'user.read',
  'GET /api/users': 'user.read',
  'POST /api/users': 'user.manage',
  'GET /api/users/{id}': 'user.read',
  'PATCH /api/users/{id}': 'user.manage',
  'DELETE /api/users/{id}': 'user.manage',
  'PUT /api/users/{id}/role': 'permission.manage',
  'GET /api/tasks': 'task.read',
  'POST /api/tasks': 'task.write',
  'GET /api/tasks/{id}': 'task.read',
  'PATCH /api/tasks/{id}': 'task.write',
  'DELETE /api/tasks/{id}': 'task.write',
  'GET /api/designs': 'design.read',
  'POST /api/designs': 'design.write',
  'GET /api/designs/{id}': 'design.read',
  'PATCH /api/designs/{id}': 'design.write',
  'DELETE /api/designs/{id}': 'design.write',
  'GET /api/audit-log': 'audit.read',
};

const accessOf = ({ method, path }: DocumentedRoute): Access => asked[`${method === 'HEAD' ? 'GET' : method} ${path}`] as Access;

/** Of nothing. */
const id = '018f0000-0000-7000-8000-000000000000';

// Every login takes a hash that is slow on purpose.
jest.setTimeout(60_000);

let database: TestDatabase;
let service: TestApp;
const people = {} as Record<Role, Person>;

beforeAll(async () => {
  database = await testDatabase();
  service = await testApp({ ...everyFeature, DATABASE_URL: database.applicationUrl });
  const organization = await testOrganization(service.app);
  for (const role of roleNames) people[role] = await organization.add(role);
});
afterAll(closeApps);

const call = ({ method, path }: DocumentedRoute, headers = {}) =>
  service.app.inject({
    method,
    url: path.replace('{id}', id),
    headers: { ...headers, 'x-request-id': 'asked' },
    ...(['POST', 'PUT', 'PATCH'].includes(method) ? { payload: {} } : {}),
  });

test('every documented route stands here with what it asks for', () => {
  const documented = documentedRoutes(service.app).filter(({ method }) => method !== 'HEAD');
  expect(documented.map(nameOf).sort()).toEqual(Object.keys(asked).sort());
});

test('what is not public needs a token', async () => {
  for (const route of documentedRoutes(service.app)) {
    const isOpen = accessOf(route) === 'public';
    expect([nameOf(route), (await call(route)).statusCode === 401]).toEqual([nameOf(route), !isOpen]);
  }
});

test.each(roleNames)('%s: each route is allowed by the role, or refused and kept as a denial', async (role) => {
  const { id: userId, headers } = people[role];
  for (const route of documentedRoutes(service.app)) {
    const access = accessOf(route);
    if (!isPermission(access)) continue;
    const answer = await call(route, headers);
    const allowed = (roles[role] as readonly string[]).includes(access);
    expect([nameOf(route), answer.statusCode === 403]).toEqual([nameOf(route), !allowed]);
    if (allowed) {
      // Let in, and then told that there is nothing, or that the empty body is not enough.
      expect([nameOf(route), [200, 400, 404].includes(answer.statusCode)]).toEqual([nameOf(route), true]);
      continue;
    }
    if (route.method !== 'HEAD') expect(answer.json()).toMatchObject({ code: 'forbidden', detail: expect.stringContaining(access) });
    const [entry] = await query(database.ownerUrl, 'SELECT * FROM audit_log ORDER BY id DESC LIMIT 1');
    expect(entry).toMatchObject({
      user_id: userId,
      action: access,
      outcome: 'denied',
      request_id: 'asked',
      address: '127.0.0.1',
      target: route.path.includes('{id}') ? id : null,
      details: { method: route.method, route: route.path.replace('{id}', ':id') },
    });
  }
});
