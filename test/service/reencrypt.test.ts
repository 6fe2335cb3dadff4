import { closeApps, environmentOf, testApp } from './support/app';
import { freePort } from './support/free-port';
import { everyFeature, testOrganization } from './support/members';
import { query, type TestDatabase, testDatabase } from './support/postgres';
import { endScripts, runScript, source } from './support/script';

jest.setTimeout(60_000);

const key = everyFeature.ENCRYPTION_KEY as string;
const newKey = 'fedcba9876543210'.repeat(4);

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(closeApps);
afterAll(endScripts);

const run = async (url: string, given: Record<string, string> = { ENCRYPTION_KEY: newKey, ENCRYPTION_KEY_PREVIOUS: key }) => {
  const script = runScript([source('reencrypt.ts')], { env: environmentOf({ DATABASE_URL: url, ...given }) });
  return { code: await script.ended, stdout: script.stdout(), stderr: script.stderr() };
};

const counted = (read: number, rewritten: number, failed = 0) =>
  `memberships.phone_encrypted: ${read} read, ${rewritten} rewritten, ${failed} left since they do not decrypt\n`;

const appWith = (given: Record<string, string>) => testApp({ ...everyFeature, DATABASE_URL: database.applicationUrl, ...given });

/** Members of two organizations with a number each, among them one who belongs to both. */
const phones = async () => {
  const { app } = await appWith({});
  const [first, second] = [await testOrganization(app), await testOrganization(app)];
  const shared = await first.add('member');
  await query(database.ownerUrl, `INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'viewer')`, [
    second.id,
    shared.id,
  ]);
  const kept: [by: object, url: string, phone: string][] = [];
  for (const [by, id] of [
    [first.owner, first.owner.id],
    [first.owner, shared.id],
    [second.owner, shared.id],
  ] as const) {
    const [url, phone] = [`/api/users/${id}`, `+4930000000${kept.length}`];
    expect((await app.inject({ method: 'PATCH', url, headers: by.headers, payload: { phone } })).statusCode).toBe(200);
    kept.push([by.headers, url, phone]);
  }
  return kept;
};

test.each(['applicationUrl', 'ownerUrl'] as const)('after it, through the %s, every number reads under the new key alone', async (role) => {
  const kept = await phones();
  expect(await run(database[role])).toEqual({ code: 0, stdout: counted(3, 3), stderr: '' });
  expect(await run(database[role])).toEqual({ code: 0, stdout: counted(3, 0), stderr: '' });
  const { app } = await appWith({ ENCRYPTION_KEY: newKey });
  for (const [headers, url, phone] of kept) expect((await app.inject({ url, headers: { ...headers } })).json()).toMatchObject({ phone });
});

test('what does not decrypt is named without its value, and the rest is done', async () => {
  await phones();
  const [copied] = await query<{ envelope: string }>(
    database.ownerUrl,
    `WITH one AS (SELECT phone_encrypted AS envelope FROM memberships WHERE role = 'viewer')
     UPDATE memberships SET phone_encrypted = envelope FROM one WHERE role = 'owner' AND phone_encrypted IS NOT NULL RETURNING envelope`,
  );
  const { code, stdout, stderr } = await run(database.applicationUrl);
  expect([code, stdout]).toEqual([1, counted(3, 2, 1)]);
  expect(stderr).toContain('does not decrypt');
  expect(stderr).not.toContain(copied?.envelope);
});

test('a database that is away ends it with 1, a missing key with 2', async () => {
  const port = await freePort();
  const away = await run(`postgresql://somebody:hidden-password@127.0.0.1:${port}/none`);
  expect([away.code, away.stderr]).toEqual([1, `Broke off at 127.0.0.1:${port}: ECONNREFUSED. Run this again.\n`]);
  const keyless = await run(database.ownerUrl, {});
  expect([keyless.code, keyless.stderr]).toEqual([2, expect.stringContaining('ENCRYPTION_KEY')]);
});
