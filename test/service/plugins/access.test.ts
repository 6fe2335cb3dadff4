import { closeApps, testApp } from '../support/app';

afterEach(closeApps);

test('a route that does not say who may call it stops the start, and every such route is named', async () => {
  const { app } = await testApp();
  app.get('/forgotten', async () => 'anybody?');
  app.post('/forgotten/too', async () => 'anybody?');
  await expect(app.ready()).rejects.toThrow(
    /GET \/forgotten, (HEAD \/forgotten, )?POST \/forgotten\/too\. Allowed: config: \{ public: true \}/,
  );
});

test('the routes of the service all say it, with everything switched on', async () => {
  const { app } = await testApp({ ENABLE_SWAGGER: 'true', CORS_ORIGINS: 'https://a.example' });
  await expect(app.ready()).resolves.toBe(app);
});
