import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { closeApps, type TestApp, testApp } from '../../support/app';
import { everyFeature, type Person, type TestOrganization, testOrganization } from '../../support/members';
import { testDatabase } from '../../support/postgres';

let service: TestApp;
let organization: TestOrganization;
let port: string;

beforeAll(async () => {
  service = await testApp({ ...everyFeature, DATABASE_URL: (await testDatabase()).applicationUrl });
  organization = await testOrganization(service.app);
  port = new URL(await service.app.listen({ host: '127.0.0.1', port: 0 })).port;
});

afterAll(closeApps);

/** A request to add a member, of which the service has the headers, and has let them in. */
const begun = async (path: string, { headers }: Person, body: string): Promise<ClientRequest> => {
  // Known from here on, so that the headers are judged before the service answers 100.
  await service.app.inject({ url: '/api/auth/me', headers });
  const sent = { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), expect: '100-continue' };
  const slow = request({ host: '127.0.0.1', port, path, method: 'POST', headers: sent });
  slow.flushHeaders();
  await once(slow, 'continue');
  return slow;
};

const answerTo = async (slow: ClientRequest, body: string): Promise<number | undefined> => {
  slow.end(body);
  const [answer] = (await once(slow, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
};

const accomplice = JSON.stringify({ email: 'accomplice@example.com', password: 'correct horse battery', name: 'A', role: 'admin' });
const task = JSON.stringify({ title: 'Too late' });

test('who is removed while their body arrives adds nobody any more', async () => {
  const { add, owner } = organization;
  const admin = await add('admin');
  const slow = await begun('/api/users', admin, accomplice);
  const removal = await service.app.inject({ method: 'DELETE', url: `/api/users/${admin.id}`, headers: owner.headers });
  expect(removal.statusCode).toBe(204);
  expect(await answerTo(slow, accomplice)).toBe(401);
});

test('who logs out while their body arrives writes nothing any more', async () => {
  const member = await organization.add('member');
  const slow = await begun('/api/tasks', member, task);
  await service.app.inject({ method: 'POST', url: '/api/auth/logout', headers: member.headers });
  expect(await answerTo(slow, task)).toBe(401);
});

test('who loses a role while their body arrives does not use it any more', async () => {
  const { add, owner } = organization;
  const admin = await add('admin');
  const slow = await begun('/api/users', admin, accomplice);
  const payload = { role: 'member' };
  await service.app.inject({ method: 'PUT', url: `/api/users/${admin.id}/role`, headers: owner.headers, payload });
  expect(await answerTo(slow, accomplice)).toBe(403);
});

test('who stays is let in by both looks', async () => {
  const slow = await begun('/api/tasks', await organization.add('member'), task);
  expect(await answerTo(slow, task)).toBe(201);
});
