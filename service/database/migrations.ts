import { randomUUID } from 'node:crypto';
import { Client, DatabaseError } from 'pg';
import { grantToApplication, limitStatements } from './grants';
import { MigrationError } from './migration-error';
import { type Migration, readMigrations } from './migration-files';

type Query = (sql: string) => Promise<{ rows: unknown[] }>;

/**
 * Names that this build knows and the database has not finished. A database that is ahead of the build is fine: the
 * release before it goes on serving while a newer one rolls out.
 */
export const missingMigrations = async (query: Query, folder?: string): Promise<string[]> => {
  const { rows: tables } = await query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`);
  const { rows } = (tables[0] as { present: boolean }).present
    ? await query('SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL')
    : { rows: [] };
  const finished = new Set(rows.map((row) => (row as { migration_name: string }).migration_name));
  return readMigrations(folder)
    .map(({ name }) => name)
    .filter((name) => !finished.has(name));
};

// Lock, table and rows are those of `prisma migrate deploy`, so that either may follow the other.
const prismaLock = 72707369;

const table = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

interface Row {
  migration_name: string;
  checksum: string;
  finished: boolean;
  logs: string | null;
}

/** Waits for another migration to end, but not for ever. */
const takeLock = async (client: Client): Promise<void> => {
  await client.query(`SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '5min'`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [prismaLock]);
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    throw new MigrationError(
      `Another migration has held the lock ${prismaLock} for 5 minutes. Look for it in pg_stat_activity, then start this one again.`,
    );
  }
  // A statement that waits for a table makes all later ones wait behind it: rather give up and be started again.
  await client.query(`SET lock_timeout = '10s'`);
};

const isLockTimeout = (error: unknown): boolean => error instanceof DatabaseError && error.code === '55P03';

/** @throws MigrationError with every reason not to go on */
const check = (rows: readonly Row[], migrations: readonly Migration[]): void => {
  const problems = [
    ...rows
      .filter((row) => !row.finished)
      .map(
        ({ migration_name: name, logs }) =>
          `Migration ${name} did not finish earlier${logs ? ` (${logs})` : ''}. Bring the schema back to its state before it ` +
          '(a file without COMMIT or CONCURRENTLY left nothing behind), then let it run again: ' +
          `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '${name}' AND finished_at IS NULL`,
      ),
    ...rows
      .filter((row) => migrations.some(({ name, checksum }) => name === row.migration_name && checksum !== row.checksum))
      .filter((row) => row.finished)
      .map(
        ({ migration_name: name, checksum }) =>
          `Migration ${name} was changed after it was applied (SHA-256 then ${checksum}, now ` +
          `${migrations.find((migration) => migration.name === name)?.checksum}). Restore the file and put the change into a new migration.`,
      ),
  ];
  if (problems.length > 0) throw new MigrationError(problems.join('\n'));
};

const apply = async (client: Client, { name, sql, checksum }: Migration): Promise<void> => {
  const id = randomUUID();
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [id, checksum, name]);
  try {
    // One message without parameters: the server runs all its statements in one transaction, and a lone
    // CREATE INDEX CONCURRENTLY in none.
    await client.query(sql);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // Only a wait that was too long, and surely undone: nobody has to look before it runs again.
    const again = isLockTimeout(error) && !/\b(commit|concurrently)\b/i.test(sql);
    // A file with its own BEGIN leaves the failed transaction open.
    await client.query('ROLLBACK');
    await client.query('UPDATE _prisma_migrations SET logs = $2, rolled_back_at = CASE WHEN $3 THEN now() END WHERE id = $1', [
      id,
      reason,
      again,
    ]);
    const position = error instanceof DatabaseError && error.position ? ` at character ${error.position}` : '';
    throw new MigrationError(
      `Migration ${name} failed${position}: ${reason}. ${again ? 'Nothing was changed; start it again at a quieter time.' : 'Later ones were not started.'}`,
    );
  }
  await client.query('UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id]);
};

export interface MigrateOptions {
  /** Connection of the role that owns the database. */
  url: string;
  /** @default - the migrations of this build */
  folder?: string;
  /** Role that the API connects as; granted reading and writing of rows, nothing more. @default - no grants */
  applicationRole?: string;
  /** Milliseconds, set on the database: a pooler does not pass on what the API asks for when it connects. @default - unchanged */
  statementTimeout?: number;
  /** Told each step in a few words. @default - silent */
  log?: (line: string) => void;
}

/**
 * Applies what the database has not finished, in order, one caller at a time, as `prisma migrate deploy` would.
 * @returns names of the migrations applied now
 * @throws MigrationError when an earlier migration failed or was changed, when one fails now, when the lock is not to be
 *   had within 5 minutes, or when the application role is missing; errors of the connection as `pg` throws them
 */
export const migrate = async ({
  url,
  folder,
  applicationRole,
  statementTimeout,
  log = () => {},
}: MigrateOptions): Promise<{ applied: string[] }> => {
  const migrations = readMigrations(folder);
  const client = new Client({ connectionString: url, application_name: 'migrate', connectionTimeoutMillis: 10_000 });
  // A connection that breaks rejects the query under way, too; unheard, the event would end the process before.
  client.on('error', () => {});
  await client.connect();
  try {
    await takeLock(client);
    await client.query(table);
    const { rows } = await client.query<Row>(
      'SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, logs FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
    );
    check(rows, migrations);
    const pending = migrations.filter(({ name }) => !rows.some((row) => row.migration_name === name));
    for (const migration of pending) {
      log(`applying ${migration.name}`);
      await apply(client, migration);
    }
    if (applicationRole) {
      await grantToApplication(client, applicationRole);
      log(`granted what the API needs to role ${applicationRole}`);
    }
    if (statementTimeout !== undefined && !(await limitStatements(client, statementTimeout))) {
      log('the database belongs to another role, so it sets no statement_timeout for connections through a pooler');
    }
    log(pending.length === 0 ? 'nothing to apply' : `applied ${pending.length} of ${migrations.length} migrations`);
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await client.end();
  }
};
