import { setTimeout as sleep } from 'node:timers/promises';
import { closeApps, now, type TestApp, testApp } from '../support/app';
import { type KeyServer, keyServer } from '../support/key-server';
import { testDatabase } from '../support/postgres';
import { type FaultyProxy, faultyProxy } from '../support/proxy';
import { es256, tokenOf } from '../support/tokens';

jest.setTimeout(30_000);

const signer = es256('current');

let keys: KeyServer;
let proxy: FaultyProxy;
let service: TestApp;

beforeEach(async () => {
  keys = await keyServer();
  keys.publish(signer);
  proxy = await faultyProxy(Number(new URL(keys.url).port));
  service = await testApp({
    FEATURES: 'auth.supabase,tasks',
    SUPABASE_SERVICE_ROLE_KEY: 'a key that no test uses',
    SUPABASE_ANON_KEY: 'another',
    SUPABASE_URL: `http://127.0.0.1:${proxy.port}`,
    DATABASE_URL: (await testDatabase()).applicationUrl,
  });
});
afterEach(async () => {
  await closeApps();
  proxy.become('cut');
  await proxy.close();
  await keys.close();
});

/** As somebody of whom the service knows nothing yet. */
const asSomebody = () => {
  const claims = { aud: 'authenticated', role: 'authenticated', org_id: 'acme', user_role: 'member', iat: now(), exp: now() + 3_600 };
  const token = tokenOf(signer, { ...claims, iss: `http://127.0.0.1:${proxy.port}/auth/v1`, sub: crypto.randomUUID() });
  return service.app.inject({ url: '/api/tasks', headers: { authorization: `Bearer ${token}` } });
};

test.each(['hold', 'cut'] as const)(
  'keys behind a network that can %s at the first token: everybody is told to come back, until they can be had',
  async (mode) => {
    proxy.become(mode);
    const answers = await Promise.all(Array.from({ length: 20 }, asSomebody));
    for (const { statusCode, headers, body } of answers) {
      expect([statusCode, headers['retry-after'], JSON.parse(body).code]).toEqual([503, '5', 'identity_provider_unavailable']);
    }
    expect((await service.app.inject({ url: '/health/ready' })).statusCode).toBe(200);
    expect(service.lines).toContainEqual(expect.objectContaining({ msg: 'auth keys could not be fetched', provider: 'supabase' }));
    proxy.become('pass');
    while ((await asSomebody()).statusCode !== 200) await sleep(100);
  },
);

test.each(['hold', 'cut'] as const)('keys that were there stay, behind a network that can %s', async (mode) => {
  expect((await asSomebody()).statusCode).toBe(200);
  proxy.become(mode);
  const answers = await Promise.all(Array.from({ length: 20 }, asSomebody));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(20).fill(200));
});
