import { freePort } from './support/free-port';
import { emptyDatabase, query, type TestDatabase } from './support/postgres';
import { endScripts, runScript, source } from './support/script';

const run = async (env: Record<string, string>) => {
  const script = runScript([source('migrate.ts')], { env: { NODE_ENV: 'production', ...env } });
  return { code: await script.ended, stdout: script.stdout(), stderr: script.stderr() };
};

const messages = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg);

const partsOf = (url: string): Record<string, string> => {
  const { hostname, port, pathname, username, password } = new URL(url);
  return { DB_HOST: hostname, DB_PORT: port, DB_NAME: pathname.slice(1), DB_USERNAME: username, DB_PASSWORD: password };
};

describe('the migration Job', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await emptyDatabase();
  });
  afterAll(endScripts);

  it('migrates as the owner, grants to the application, and exits with 0', async () => {
    const { code, stdout, stderr } = await run({ DATABASE_URL: database.ownerUrl, DATABASE_APPLICATION_ROLE: 'counterpart_app' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(messages(stdout)).toEqual([
      'applying 20261127000000_tasks',
      'applying 20261127100000_tenancy',
      'granted what the API needs to role counterpart_app',
      'applied 2 of 2 migrations',
    ]);
    expect(await query(database.applicationUrl, 'SELECT FROM tasks')).toEqual([]);
  });

  it('takes the connection in parts as well, and has nothing to do the second time', async () => {
    expect(await run(partsOf(database.ownerUrl))).toMatchObject({ code: 0 });
    const { code, stdout } = await run(partsOf(database.ownerUrl));
    expect({ code, messages: messages(stdout) }).toEqual({ code: 0, messages: ['nothing to apply'] });
  });

  it('exits with 2 when the configuration is wrong, with all that is wrong', async () => {
    const { code, stderr } = await run({ DB_HOST: 'database', DB_PORT: 'many', DB_PASSWORD: 'hidden-password' });
    expect(code).toBe(2);
    for (const problem of ['DB_PORT: got "many"', 'DB_NAME: got nothing', 'DB_USERNAME: got nothing']) expect(stderr).toContain(problem);
    expect(stderr).not.toContain('hidden-password');
  });

  it('exits with 2 when no database is named, even in development', async () => {
    const { code, stderr } = await run({ NODE_ENV: 'development' });
    expect(code).toBe(2);
    expect(messages(stderr)).toEqual([
      'No database to migrate. Set DATABASE_URL, or DB_HOST and its siblings, to the connection of its owner.',
    ]);
  });

  it('waits for a database that is not there yet, then exits with 1', async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await run({
      DATABASE_URL: `postgresql://owner:hidden-password@127.0.0.1:${port}/counterpart`,
      DATABASE_START_TIMEOUT_MS: '700',
    });
    expect(code).toBe(1);
    expect(messages(stdout)).toEqual([`waiting up to 700 ms for the database on 127.0.0.1:${port}: ECONNREFUSED`]);
    expect(messages(stderr)).toEqual([`The database on 127.0.0.1:${port} did not answer within 700 ms: ECONNREFUSED`]);
  });

  it('does not wait when the password is wrong, and does not print it', async () => {
    const url = new URL(database.ownerUrl);
    url.password = 'hidden-password';
    const { code, stdout, stderr } = await run({ DATABASE_URL: url.href });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(messages(stderr)).toEqual([
      `The database on ${url.host} refused the connection: password authentication failed for user "counterpart_owner"`,
    ]);
  });

  it('exits with 1 when the role of the application is missing', async () => {
    const { code, stderr } = await run({ DATABASE_URL: database.ownerUrl, DATABASE_APPLICATION_ROLE: 'nobody_here' });
    expect(code).toBe(1);
    expect(messages(stderr)[0]).toContain('"nobody_here", a role that the server does not have');
  });
});
