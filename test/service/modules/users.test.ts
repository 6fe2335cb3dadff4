import { setTimeout as sleep } from 'node:timers/promises';
import type { LightMyRequestResponse } from 'fastify';
import { Client } from 'pg';
import type { Role } from '../../../service/contract/permissions';
import { closeApps, type TestApp, testApp } from '../support/app';
import { everyFeature, type Person, type TestOrganization, testOrganization } from '../support/members';
import { query, type TestDatabase, testDatabase } from '../support/postgres';

// Every login takes a hash that is slow on purpose.
jest.setTimeout(60_000);

let database: TestDatabase;
let service: TestApp;
let organization: TestOrganization;

beforeAll(async () => {
  database = await testDatabase();
  service = await testApp({ ...everyFeature, DATABASE_URL: database.applicationUrl });
});
beforeEach(async () => {
  organization = await testOrganization(service.app);
});
afterAll(closeApps);

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const call = (by: Person, method: Method, url: string, payload?: object) =>
  service.app.inject({ method, url, headers: by.headers, ...(payload ? { payload } : {}) });

const give = (by: Person, to: Person, role: Role) => call(by, 'PUT', `/api/users/${to.id}/role`, { role });
const remove = (by: Person, whom: Person) => call(by, 'DELETE', `/api/users/${whom.id}`);

const told = ({ statusCode, body }: LightMyRequestResponse) => [statusCode, body === '' ? undefined : JSON.parse(body).code];

const roleOf = async (person: Person) => {
  const rows = await query<{ role: Role }>(database.ownerUrl, 'SELECT role FROM memberships WHERE user_id = $1', [person.id]);
  return rows[0]?.role;
};

const newUser = (given: object = {}) => ({
  email: 'new@example.com',
  password: 'a password of nobody',
  name: 'New',
  role: 'member',
  ...given,
});

describe('only owners', () => {
  test('make, change and remove owners; the denial is kept', async () => {
    const { owner } = organization;
    const [admin, member] = [await organization.add('admin'), await organization.add('member')];
    const attempts: [string, () => Promise<LightMyRequestResponse>][] = [
      ['permission.manage', () => give(admin, member, 'owner')],
      ['permission.manage', () => give(admin, admin, 'owner')],
      ['permission.manage', () => give(admin, owner, 'viewer')],
      ['user.manage', () => remove(admin, owner)],
      ['user.manage', () => call(admin, 'PATCH', `/api/users/${owner.id}`, { name: 'Renamed' })],
    ];
    for (const [action, attempt] of attempts) {
      expect(told(await attempt())).toEqual([403, 'forbidden']);
      const [entry] = await query(database.ownerUrl, 'SELECT * FROM audit_log ORDER BY id DESC LIMIT 1');
      expect(entry).toMatchObject({ user_id: admin.id, organization_id: organization.id, action, outcome: 'denied' });
    }
    expect([await roleOf(owner), await roleOf(admin), await roleOf(member)]).toEqual(['owner', 'admin', 'member']);
    expect(told(await give(owner, member, 'owner'))).toEqual([200, undefined]);
    expect(told(await give(member, owner, 'viewer'))).toEqual([200, undefined]);
  });

  test('nobody is made an owner from nothing', async () => {
    expect(told(await call(organization.owner, 'POST', '/api/users', newUser({ role: 'owner' })))).toEqual([400, 'validation_failed']);
  });
});

test('a viewer changes nobody, not even themselves', async () => {
  const viewer = await organization.add('viewer');
  expect(told(await give(viewer, viewer, 'admin'))).toEqual([403, 'forbidden']);
  expect(told(await call(viewer, 'POST', '/api/users', newUser()))).toEqual([403, 'forbidden']);
  expect(told(await call(viewer, 'PATCH', `/api/users/${viewer.id}`, { name: 'Admin' }))).toEqual([403, 'forbidden']);
  expect(await roleOf(viewer)).toBe('viewer');
});

describe('the last owner', () => {
  test('stays, whatever they do themselves', async () => {
    const { owner } = organization;
    expect(told(await give(owner, owner, 'admin'))).toEqual([409, 'last_owner']);
    expect(told(await remove(owner, owner))).toEqual([409, 'last_owner']);
    expect(told(await give(owner, owner, 'owner'))).toEqual([200, undefined]);
  });

  test('stays when two owners remove each other at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { owner: first, add } = await testOrganization(service.app);
      const second = await add('owner');
      const answers = (await Promise.all([remove(first, second), remove(second, first)])).map(({ statusCode }) => statusCode);
      // The one who lost is told so, or is not let in any more.
      expect([answers.includes(204), answers.filter((status) => [409, 401].includes(status)).length]).toEqual([true, 1]);
      expect([await roleOf(first), await roleOf(second)].filter(Boolean)).toEqual(['owner']);
    }
  });

  test('stays when two owners give up at once', async () => {
    const { owner: first, add } = organization;
    const second = await add('owner');
    const answers = await Promise.all([give(first, first, 'member'), give(second, second, 'member')]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    expect([await roleOf(first), await roleOf(second)].sort()).toEqual(['member', 'owner']);
  });
});

test('who is made an owner while an admin removes them stays', async () => {
  const [admin, member] = [await organization.add('admin'), await organization.add('member')];
  const other = new Client({ connectionString: database.ownerUrl });
  await other.connect();
  try {
    await other.query('BEGIN');
    await other.query(`UPDATE memberships SET role = 'owner' WHERE user_id = $1`, [member.id]);
    // Sent now: a request of inject begins when somebody asks for its answer.
    const removal = remove(admin, member).then(told);
    const waiting = 'SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()';
    while ((await query(database.ownerUrl, waiting)).length === 0) await sleep(10);
    await other.query('COMMIT');
    expect(await removal).toEqual([403, 'forbidden']);
  } finally {
    await other.end();
  }
  expect(await roleOf(member)).toBe('owner');
});

describe('a change of role', () => {
  test('takes effect with the next request', async () => {
    const member = await organization.add('member');
    const write = () => call(member, 'POST', '/api/tasks', { title: 'Written' });
    expect((await write()).statusCode).toBe(201);
    expect((await give(organization.owner, member, 'viewer')).json()).toMatchObject({ id: member.id, role: 'viewer' });
    expect(told(await write())).toEqual([403, 'forbidden']);
    await give(organization.owner, member, 'admin');
    expect((await call(member, 'GET', '/api/audit-log')).statusCode).toBe(200);
  });

  test('that is over late does not bring back what a later one took', async () => {
    const member = await organization.add('member');
    const { transaction } = service.app.db;
    const late = jest.spyOn(service.app.db, 'transaction').mockImplementationOnce(async (...given) => {
      const result = await transaction(...given);
      // Committed, and on its way to the cache while another change passes it.
      expect(told(await give(organization.owner, member, 'viewer'))).toEqual([200, undefined]);
      return result;
    });
    await give(organization.owner, member, 'admin');
    late.mockRestore();
    expect(await roleOf(member)).toBe('viewer');
    expect(told(await call(member, 'GET', '/api/audit-log'))).toEqual([403, 'forbidden']);
  });

  test('is kept with what it was before', async () => {
    const member = await organization.add('member');
    await give(organization.owner, member, 'admin');
    const [entry] = await query(database.ownerUrl, 'SELECT * FROM audit_log ORDER BY id DESC LIMIT 1');
    expect(entry).toMatchObject({ action: 'user.role', target: member.id, outcome: 'success', details: { from: 'member', to: 'admin' } });
  });
});

describe('a removed member', () => {
  test('is out at once, with all sessions, designs and the account', async () => {
    const member = await organization.add('member');
    await call(member, 'POST', '/api/designs', { name: 'Mine', content: {} });
    const task = (await call(member, 'POST', '/api/tasks', { title: 'Ours' })).json();
    expect(told(await remove(organization.owner, member))).toEqual([204, undefined]);
    expect(told(await call(member, 'GET', '/api/tasks'))).toEqual([401, 'unauthorized']);
    expect(told(await remove(organization.owner, member))).toEqual([404, 'not_found']);
    for (const table of ['memberships', 'sessions', 'credentials', 'saved_designs']) {
      expect([table, await query(database.ownerUrl, `SELECT FROM ${table} WHERE user_id = $1`, [member.id])]).toEqual([table, []]);
    }
    expect(await query(database.ownerUrl, 'SELECT FROM users WHERE id = $1', [member.id])).toEqual([]);
    // What belongs to the organization stays.
    expect((await call(organization.owner, 'GET', `/api/tasks/${task.id}`)).json()).toEqual(task);
  });

  test('keeps what they are elsewhere', async () => {
    const [member, elsewhere] = [await organization.add('member'), await testOrganization(service.app)];
    const join = `INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'viewer')`;
    await query(database.ownerUrl, join, [elsewhere.id, member.id]);
    // Their name is seen there, so no organization changes it alone.
    expect(told(await call(organization.owner, 'PATCH', `/api/users/${member.id}`, { name: 'Other' }))).toEqual([403, 'forbidden']);
    expect(told(await remove(organization.owner, member))).toEqual([204, undefined]);
    expect((await call(elsewhere.owner, 'GET', `/api/users/${member.id}`)).json()).toMatchObject({ role: 'viewer' });
  });

  test('whose request is under way is told that they do not belong here', async () => {
    const member = await organization.add('member');
    await call(member, 'GET', '/api/auth/me');
    // Behind the back of the service, which therefore still lets them in.
    await query(database.ownerUrl, 'DELETE FROM users WHERE id = $1', [member.id]);
    expect(told(await call(member, 'POST', '/api/tasks', { title: 'Late' }))).toEqual([403, 'forbidden']);
    expect(told(await call(member, 'POST', '/api/designs', { name: 'Late', content: {} }))).toEqual([403, 'forbidden']);
  });
});

test('an address that has an account anywhere is taken, in any case of letters', async () => {
  const email = 'taken@example.com';
  const { id } = (await call(organization.owner, 'POST', '/api/users', newUser({ email }))).json();
  expect((await call(organization.owner, 'GET', `/api/users/${id}`)).json()).toMatchObject({ email, phone: null });
  const elsewhere = await testOrganization(service.app);
  const again = await call(elsewhere.owner, 'POST', '/api/users', newUser({ email: 'Taken@Example.com' }));
  expect(told(again)).toEqual([409, 'email_taken']);
});
