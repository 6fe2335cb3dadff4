import { Pool } from 'pg';
import { z } from 'zod';
import { HttpProblem } from '../../../service/problem';
import { closeApps, type TestApp, testApp } from '../support/app';
import { testDatabase } from '../support/postgres';

let service: TestApp;

beforeAll(async () => {
  service = await testApp({ BODY_LIMIT: '200', DATABASE_URL: (await testDatabase()).applicationUrl });
  const { app } = service;
  app.get('/broken', { config: { access: 'public' } }, async () => {
    throw new Error('password=hidden-in-the-message');
  });
  app.get('/teapot', { config: { access: 'public' } }, async () => {
    throw new HttpProblem({ code: 'teapot', status: 418, detail: 'Short and stout.' });
  });
  const response = { 200: z.object({ id: z.uuid() }) };
  app.get('/wrong-answer', { config: { access: 'public' }, schema: { response } }, async () => ({}) as { id: string });
});
afterAll(closeApps);

const post = (payload: string, type = 'application/json') =>
  service.app.inject({ method: 'POST', url: '/api/tasks?q=1', headers: { ...service.as('ada'), 'content-type': type }, payload });

test('an unknown path is a problem with a code, a place and the id of the request', async () => {
  const response = await service.app.inject({ url: '/nowhere?token=abc', headers: { 'x-request-id': 'id-1' } });
  expect(response.statusCode).toBe(404);
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(response.json()).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    code: 'not_found',
    detail: 'There is no such resource.',
    instance: '/nowhere',
    requestId: 'id-1',
  });
});

test.each([
  ['broken JSON', '{', 'application/json', 400, 'malformed_json'],
  ['no JSON at all', '', 'application/json', 400, 'malformed_json'],
  ['a body that is too large', JSON.stringify({ title: 'x'.repeat(300) }), 'application/json', 413, 'body_too_large'],
  ['another media type', '<a/>', 'application/xml', 415, 'unsupported_media_type'],
  ['plain text', 'title', 'text/plain', 415, 'unsupported_media_type'],
  ['a poisoned prototype', '{"__proto__":{"title":"x"}}', 'application/json', 400, 'malformed_json'],
])('%s', async (_name, payload, type, status, code) => {
  const response = await post(payload, type);
  expect([response.statusCode, response.json().code]).toEqual([status, code]);
  expect(response.json().instance).toBe('/api/tasks');
});

test('a URL that cannot be decoded is a problem, too', async () => {
  const response = await service.app.inject({ url: '/api/%zz' });
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ code: 'malformed_url', status: 400 });
});

test('what is our own fault tells the log everything and the client nothing', async () => {
  const response = await service.app.inject({ url: '/broken', headers: { 'x-request-id': 'id-2' } });
  expect(response.statusCode).toBe(500);
  expect(response.json()).toMatchObject({ code: 'internal_error', requestId: 'id-2' });
  expect(response.body).not.toContain('hidden-in-the-message');
  const line = service.lines.find((entry) => entry.msg === 'request failed' && entry.requestId === 'id-2');
  expect(line).toMatchObject({ level: 'error', err: { message: 'password=hidden-in-the-message' } });
});

test('an answer that lacks what its schema promises is 500, not sent', async () => {
  const response = await service.app.inject({ url: '/wrong-answer' });
  expect(response.statusCode).toBe(500);
  expect(response.json().code).toBe('internal_error');
});

test('a problem thrown on purpose is sent as it is', async () => {
  const response = await service.app.inject({ url: '/teapot' });
  expect(response.json()).toMatchObject({ status: 418, code: 'teapot', detail: 'Short and stout.' });
});

test('a database that is away is 503 and asks to come again', async () => {
  const { app, as } = await testApp();
  const response = await app.inject({ url: '/api/tasks', headers: as('ada') });
  expect(response.statusCode).toBe(503);
  expect(response.json().code).toBe('database_unavailable');
  expect(response.headers['retry-after']).toBe('5');
});

test('a pool without a free connection is 503, too', async () => {
  const { applicationUrl } = await testDatabase();
  const { app, as } = await testApp({
    DATABASE_URL: applicationUrl,
    DATABASE_POOL_MAX: '1',
    DATABASE_CONNECT_TIMEOUT_MS: '100',
  });
  const busy = await app.db.pool.connect();
  try {
    const response = await app.inject({ url: '/api/tasks', headers: as('ada') });
    expect([response.statusCode, response.json().code]).toEqual([503, 'database_unavailable']);
  } finally {
    busy.release();
  }
});

test('a statement that takes too long is 503, too', async () => {
  const { applicationUrl, ownerUrl } = await testDatabase();
  const { app, as } = await testApp({ DATABASE_URL: applicationUrl, DATABASE_STATEMENT_TIMEOUT_MS: '100' });
  const owner = new Pool({ connectionString: ownerUrl, max: 1 });
  const locker = await owner.connect();
  try {
    await locker.query('BEGIN; LOCK TABLE tasks');
    const response = await app.inject({ url: '/api/tasks', headers: as('ada') });
    expect([response.statusCode, response.json().code]).toEqual([503, 'database_unavailable']);
  } finally {
    locker.release();
    await owner.end();
  }
});

test('of thousands of wrong names the first are told, each cut to what can be read', async () => {
  const payload = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`${n}${'x'.repeat(2_000)}`, null]));
  const content = { content: payload, name: 1, ...payload };
  const { app, as } = await testApp({ DATABASE_URL: (await testDatabase()).applicationUrl });
  const response = await app.inject({ method: 'POST', url: '/api/designs', headers: as('ada'), payload: content });
  expect(response.statusCode).toBe(400);
  const { errors } = response.json<{ errors: { pointer: string; detail: string }[] }>();
  expect(errors.length).toBeLessThanOrEqual(100);
  expect(Math.max(...errors.flatMap(({ pointer, detail }) => [pointer.length, detail.length]))).toBe(1_000);
});
