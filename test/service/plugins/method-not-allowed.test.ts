import { closeApps, type TestApp, testApp } from '../support/app';

let service: TestApp;

beforeAll(async () => {
  service = await testApp({ CORS_ORIGINS: 'https://app.example.com' });
});
afterAll(closeApps);

test.each([
  ['PUT', '/api/tasks', 'GET, HEAD, POST'],
  ['POST', '/api/tasks/5', 'DELETE, GET, HEAD, PATCH'],
  ['DELETE', '/health', 'GET, HEAD'],
  ['TRACE', '/api/audit-log', 'GET, HEAD'],
] as const)('%s %s is told what the path has instead', async (method, url, allow) => {
  const response = await service.app.inject({ method: method as 'PUT', url });
  expect([response.statusCode, response.headers.allow]).toEqual([405, allow]);
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(response.json()).toMatchObject({ code: 'method_not_allowed', instance: url });
});

test('whatever body comes with it', async () => {
  const response = await service.app.inject({ method: 'PUT', url: '/api/tasks', headers: { 'content-type': 'text/xml' }, payload: '<a' });
  expect(response.statusCode).toBe(405);
});

test('a path that is not served stays one that does not exist', async () => {
  expect((await service.app.inject({ method: 'PUT', url: '/api/nothing' })).statusCode).toBe(404);
});

test('preflights of browsers are answered as before', async () => {
  const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' };
  const response = await service.app.inject({ method: 'OPTIONS', url: '/api/tasks', headers });
  expect([response.statusCode, response.headers['access-control-allow-origin']]).toEqual([204, headers.origin]);
});
