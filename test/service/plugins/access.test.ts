import { featureNames } from '../../../service/contract/features';
import { accessKey, closeApps, testApp } from '../support/app';

afterEach(closeApps);

test('a route that does not say who may call it stops the start, and every such route is named', async () => {
  const { app } = await testApp();
  app.get('/forgotten', async () => 'anybody?');
  app.post('/forgotten/too', { config: { access: 'anybody' as 'public' } }, async () => 'anybody?');
  await expect(app.ready()).rejects.toThrow(
    /GET \/forgotten \(access: nothing\), (HEAD \/forgotten \(access: nothing\), )?POST \/forgotten\/too \(access: "anybody"\)\. Allowed: config: \{ access: … \} with public, authenticated, or one of organization\.read/,
  );
});

test('the routes of the service all say it, with everything switched on', async () => {
  const { app } = await testApp({
    ENABLE_SWAGGER: 'true',
    CORS_ORIGINS: 'https://a.example',
    SESSION_SECRET: accessKey,
    FEATURES: featureNames.filter((name) => name === 'auth.local' || !name.startsWith('auth.')).join(','),
  });
  await expect(app.ready()).resolves.toBe(app);
});
