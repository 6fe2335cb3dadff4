import { closeApps, type TestApp, testApp } from '../support/app';
import { everyFeature, type Person, type TestOrganization, testOrganization } from '../support/members';
import { query, type TestDatabase, testDatabase } from '../support/postgres';

// Every login takes a hash that is slow on purpose.
jest.setTimeout(60_000);

let database: TestDatabase;
let service: TestApp;
let organization: TestOrganization;
let member: Person;

const phone = '+493012345678';

beforeAll(async () => {
  database = await testDatabase();
  service = await testApp({ ...everyFeature, DATABASE_URL: database.applicationUrl });
  organization = await testOrganization(service.app);
  member = await organization.add('member');
});
afterAll(closeApps);

const call = (method: 'GET' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object, { app } = service) =>
  app.inject({ method, url, headers: organization.owner.headers, ...(payload ? { payload } : {}) });

const envelopeOf = async (userId: string) => {
  const sql = 'SELECT phone_encrypted AS envelope FROM memberships WHERE user_id = $1';
  return (await query<{ envelope: string | null }>(database.ownerUrl, sql, [userId]))[0]?.envelope;
};

test('a telephone number is kept encrypted, read again, and removed', async () => {
  const url = `/api/users/${member.id}`;
  expect((await call('PATCH', url, { phone })).json()).toMatchObject({ phone });
  expect(await envelopeOf(member.id)).toMatch(/^v1\./);
  expect(await envelopeOf(member.id)).not.toContain('3012345678');
  expect((await call('GET', url)).json()).toMatchObject({ phone });
  expect((await call('PATCH', url, { phone: null })).json()).toMatchObject({ phone: null });
  expect(await envelopeOf(member.id)).toBeNull();
});

test.each(['12345678', '+0123456789', '+49 30 123', '+4930123456781234'])('%s is no telephone number', async (given) => {
  expect((await call('PATCH', `/api/users/${member.id}`, { phone: given })).statusCode).toBe(400);
});

test('copied to another member it is not shown, and tells nothing; they can still be given a role, a number, or leave', async () => {
  await call('PATCH', `/api/users/${member.id}`, { phone });
  const thief = await organization.add('member');
  const copy = 'UPDATE memberships SET phone_encrypted = $1 WHERE user_id = $2';
  await query(database.ownerUrl, copy, [await envelopeOf(member.id), thief.id]);
  const url = `/api/users/${thief.id}`;
  const answer = await call('GET', url);
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toMatchObject({ code: 'internal_error' });
  expect(answer.body).not.toMatch(/phone|decrypt|envelope/);
  const line = service.lines.find(({ code }) => code === 'internal_error') as { err: { message: string } };
  expect(line.err.message).toContain(`memberships.phone_encrypted of row ${thief.id}`);
  expect((await call('GET', '/api/users')).statusCode).toBe(200);
  expect((await call('PUT', `${url}/role`, { role: 'viewer' })).statusCode).toBe(200);
  expect((await call('PATCH', url, { phone: '+4930999999' })).json()).toMatchObject({ phone: '+4930999999', role: 'viewer' });
  await query(database.ownerUrl, copy, [await envelopeOf(member.id), thief.id]);
  expect((await call('DELETE', url)).statusCode).toBe(204);
});

test('without a key none is taken, and none that was kept is shown as missing', async () => {
  await call('PATCH', `/api/users/${member.id}`, { phone });
  const { ENCRYPTION_KEY: _, ...keyless } = everyFeature;
  const other = await testApp({ ...keyless, DATABASE_URL: database.applicationUrl });
  const given = await call('PATCH', `/api/users/${organization.owner.id}`, { phone }, other);
  expect([given.statusCode, given.json().code]).toEqual([422, 'encryption_not_configured']);
  expect(await envelopeOf(organization.owner.id)).toBeNull();
  expect((await call('GET', `/api/users/${organization.owner.id}`, undefined, other)).json()).toMatchObject({ phone: null });
  expect((await call('GET', `/api/users/${member.id}`, undefined, other)).statusCode).toBe(500);
});
