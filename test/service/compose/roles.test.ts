import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { rolesScript } from '../../../infra/model/roles';
import { requireScopedRole } from '../../../service/database/role';
import { query } from '../support/postgres';
import { endScripts, runScript, source } from '../support/script';
import { sharedServer } from '../support/shared-server';

/** Debian's package postgresql-client; a test machine without it says so. */
const hasPsql = spawnSync('psql', ['--version']).status === 0;

if (!hasPsql) {
  const absent = 'psql is not on PATH: the script of the roles was NOT run here. Install it: apt-get install postgresql-client';
  if (process.env.COUNTERPART_SERVERS === 'required') throw new Error(absent);
  console.warn(absent);
}

const passwords = { OWNER_PASSWORD: "own'er", APPLICATION_PASSWORD: 'app$lication' };

/** As the image of PostgreSQL runs it: as the superuser, before anyone else is let in. */
const runRoles = (names: Parameters<typeof rolesScript>[0]) => {
  const { hostname, port, password } = new URL(sharedServer().superuserUrl);
  const env = { PATH: process.env.PATH, PGHOST: hostname, PGPORT: port, PGPASSWORD: password, ...passwords };
  return spawnSync('sh', ['-c', rolesScript(names)], { env, encoding: 'utf8' });
};

const urlOf = (user: string, password: string, database: string): string => {
  const { host } = new URL(sharedServer().superuserUrl);
  return `postgresql://${user}:${encodeURIComponent(password)}@${host}/${database}`;
};

(hasPsql ? describe : describe.skip)('the roles of an own PostgreSQL', () => {
  afterAll(endScripts);

  it.each([
    ['that does not exist yet', false],
    ['that the image has made already', true],
  ])('the owner migrates a database %s, and the application only uses it', async (_case, exists) => {
    const database = `own_${randomBytes(6).toString('hex')}`;
    const names = { database, user: `${database}_user`, owner: `${database}_owner` };
    if (exists) await query(sharedServer().superuserUrl, `CREATE DATABASE ${database}`);

    expect(runRoles(names)).toMatchObject({ status: 0, stderr: '' });

    const migration = runScript([source('migrate.ts')], {
      env: {
        NODE_ENV: 'production',
        DATABASE_URL: urlOf(names.owner, passwords.OWNER_PASSWORD, database),
        DATABASE_APPLICATION_ROLE: names.user,
      },
    });
    expect({ code: await migration.ended, stderr: migration.stderr() }).toEqual({ code: 0, stderr: '' });

    const application = urlOf(names.user, passwords.APPLICATION_PASSWORD, database);
    const pool = new Pool({ connectionString: application, max: 1 });
    await requireScopedRole(pool).finally(() => pool.end());
    expect(await query(application, "SELECT FROM pg_extension WHERE extname = 'pg_stat_statements'")).toHaveLength(1);
    expect(await query(application, 'SELECT FROM tasks')).toEqual([]);
    await expect(query(application, 'CREATE TABLE mine ()')).rejects.toThrow(/permission denied/);
    await expect(query(urlOf(names.user, 'another', database), 'SELECT')).rejects.toThrow(/password authentication failed/);
  });
});
