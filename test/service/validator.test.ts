import fastify from 'fastify';
import { z } from 'zod';
import { validatorCompiler } from '../../service/validator';

const app = fastify();

beforeAll(() => {
  app.setValidatorCompiler(validatorCompiler);
  const headers = z.looseObject({ 'if-match': z.string().max(5).optional() });
  app.get('/', { schema: { headers } }, async (request) => ({ same: request.headers === request.raw.headers }));
  const querystring = z.strictObject({ limit: z.coerce.number() });
  app.get('/list', { schema: { querystring } }, async (request) => request.query);
});
afterAll(() => app.close());

test('a header that does not fit its schema is refused', async () => {
  expect((await app.inject({ url: '/', headers: { 'if-match': '"1"' } })).statusCode).toBe(200);
  expect((await app.inject({ url: '/', headers: { 'if-match': '"12345"' } })).statusCode).toBe(400);
});

test('headers that were looked at are those of the request, not a copy for each reader', async () => {
  expect((await app.inject({ url: '/', headers: { 'if-match': '"1"', 'x-other': 'kept' } })).json()).toEqual({ same: true });
});

test('what else is validated is handed on as its schema makes it', async () => {
  expect((await app.inject({ url: '/list?limit=7' })).json()).toEqual({ limit: 7 });
});
