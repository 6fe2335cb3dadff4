import { closeApps, testApp } from '../support/app';

afterAll(closeApps);

interface Operation {
  security?: object[];
  'x-permission'?: string;
  responses: Record<string, { $ref?: string; description: string; headers?: object; content?: object; links?: object }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, object>; schemas: object; securitySchemes: object };
}

const documentOf = async (features: string, given: Record<string, string> = {}): Promise<Document> => {
  const { app } = await testApp({ ENABLE_SWAGGER: 'true', FEATURES: features, ...given });
  await app.ready();
  return app.swagger() as unknown as Document;
};

const operation = ({ paths }: Document, method: string, path: string): Operation => {
  const found = paths[path]?.[method];
  if (!found) throw new Error(`no ${method} ${path} among ${Object.keys(paths).join(', ')}`);
  return found;
};

const cookies = { SESSION_SECRET: 'a key of the tests for signing cookies' };

test('who may call an operation is what its route checks', async () => {
  const document = await documentOf('auth.local,tasks', cookies);
  const ways = [{ token: [] }, { session: [] }];
  expect(operation(document, 'post', '/api/tasks')).toMatchObject({ security: ways, 'x-permission': 'task.write' });
  expect(operation(document, 'get', '/api/auth/me')).toMatchObject({ security: ways });
  expect(operation(document, 'get', '/api/auth/me')).not.toHaveProperty('x-permission');
  expect(operation(document, 'post', '/api/auth/login')).not.toHaveProperty('security');
  expect(document.components.securitySchemes).toEqual({
    token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    session: { type: 'apiKey', in: 'cookie', name: '__Host-session' },
  });
});

test('without cookies a token is the only way', async () => {
  const document = await documentOf('auth.betterAuth,tasks', cookies);
  expect(operation(document, 'post', '/api/tasks').security).toEqual([{ token: [] }]);
  expect(Object.keys(document.components.securitySchemes)).toEqual(['token']);
});

test.each([
  ['post', '/api/tasks', ['201', '400', '401', '403', '409', '413', '415', '422', '429', '500', '503']],
  ['get', '/api/tasks', ['200', '400', '401', '403', '429', '500', '503']],
  ['patch', '/api/tasks/{id}', ['200', '400', '401', '403', '404', '412', '413', '415', '429', '500', '503']],
  ['post', '/api/auth/login', ['200', '400', '401', '413', '415', '429', '500', '503']],
  ['get', '/health/ready', ['200', '500', '503']],
])('%s %s lists the answers that it can give', async (method, path, statuses) => {
  const document = await documentOf('auth.local,tasks');
  expect(Object.keys(operation(document, method, path).responses)).toEqual(statuses);
});

test('a problem tells its codes: those of all routes in one place, those of a route with it', async () => {
  const document = await documentOf('auth.local,tasks');
  const { responses } = operation(document, 'post', '/api/tasks');
  expect(responses['429']).toEqual({ $ref: '#/components/responses/TooManyRequests' });
  expect(document.components.responses.TooManyRequests).toMatchObject({
    headers: { 'retry-after': { schema: { type: 'integer' } } },
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: ['rate_limited'] } } }] },
      },
    },
  });
  expect(JSON.stringify(operation(document, 'post', '/api/auth/login').responses['401'])).toContain('"enum":["invalid_credentials"]');
});

test('readiness keeps its own answer for 503', async () => {
  const document = await documentOf('auth.local');
  expect(operation(document, 'get', '/health/ready').responses['503']?.content).toHaveProperty(['application/json']);
});

test('what a write answers leads on: headers, and links to what can be done with it', async () => {
  const { responses } = operation(await documentOf('auth.local,tasks'), 'post', '/api/tasks');
  expect(Object.keys(responses['201']?.headers ?? {})).toEqual(['location', 'etag', 'idempotency-replayed']);
  expect(responses['201']?.links).toMatchObject({ getTask: { operationId: 'getTask', parameters: { id: '$response.body#/id' } } });
});

test('no link leads to a feature that is off, and no schema stands there unused', async () => {
  const me = async (features: string) => operation(await documentOf(features), 'get', '/api/auth/me').responses['200']?.links;
  expect(await me('auth.local,organizations')).toHaveProperty('organization');
  expect(await me('auth.local')).toBeUndefined();
  expect(Object.keys((await documentOf('auth.local')).components.schemas)).toEqual(['Me', 'Problem', 'Tokens']);
});
