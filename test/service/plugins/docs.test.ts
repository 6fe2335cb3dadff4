import { closeApps, testApp } from '../support/app';
import { testDatabase } from '../support/postgres';

afterEach(closeApps);

const paths = [
  '/docs',
  '/docs/json',
  '/docs/yaml',
  '/docs/static/index.html',
  '/docs/static/swagger-ui.css',
  '/docs/static/swagger-initializer.js',
];

test('without the switch there is no documentation', async () => {
  const { app } = await testApp();
  for (const url of paths) expect((await app.inject({ url })).statusCode).toBe(404);
});

test('with it, all of the documentation needs a token', async () => {
  const { app, as } = await testApp({ ENABLE_SWAGGER: 'true', DATABASE_URL: (await testDatabase()).applicationUrl });
  for (const url of paths) {
    expect([url, (await app.inject({ url })).statusCode]).toEqual([url, 401]);
    expect((await app.inject({ url, headers: as('ada') })).statusCode).toBeLessThan(400);
  }
});

test('it is open where the configuration says so, with room for its own scripts and no others', async () => {
  const { app } = await testApp({ ENABLE_SWAGGER: 'true', SWAGGER_PUBLIC: 'true' });
  const response = await app.inject({ url: '/docs' });
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-security-policy']).toContain("script-src 'self';");
  expect((await app.inject({ url: '/health' })).headers['content-security-policy']).not.toContain('script-src');
});

test('the documentation is made from the routes that are served', async () => {
  const { app } = await testApp({
    ENABLE_SWAGGER: 'true',
    SWAGGER_PUBLIC: 'true',
    SWAGGER_HOST: 'api.example.com',
    SWAGGER_TITLE: 'Designs',
    SWAGGER_VERSION: '2.0.0',
  });
  const document = (await app.inject({ url: '/docs/json' })).json();
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'Designs', version: '2.0.0' },
    servers: [{ url: 'https://api.example.com' }],
    paths: { '/api/tasks': { get: {}, post: {} }, '/health/ready': { get: {} } },
  });
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(['Task', 'Problem']));
  expect(Object.keys(document.paths).filter((path) => path.startsWith('/docs'))).toEqual([]);
});
