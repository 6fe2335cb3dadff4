import { randomUUID } from 'node:crypto';
import { Client, DatabaseError, Pool } from 'pg';
import { requireScopedRole } from '../../../service/database/role';
import { type Scope, scopeToWrite } from '../../../service/database/scope';
import { query, type TestDatabase, testDatabase } from '../support/postgres';

/** Whose row it is, seen by the member of A who asks: their own, a colleague's, one of organization B. */
type Row = 'own' | 'colleague' | 'foreign';
/** Rows that may be read, added, changed and removed. */
type Allowed = readonly [select: readonly Row[], insert: readonly Row[], update: readonly Row[], remove: readonly Row[]];

const own = ['own'] as const;
const ours = ['own', 'colleague'] as const;
const all = ['own', 'colleague', 'foreign'] as const;
const nothing: Allowed = [[], [], [], []];
const everything: Allowed = [all, all, all, all];

/** An organization is nobody's own, so it has no row of a colleague. */
const policies: Readonly<Record<string, { member: Allowed; identity: Allowed }>> = {
  organizations: { member: [own, [], own, []], identity: [['own', 'foreign'], all, ['own', 'foreign'], ['own', 'foreign']] },
  users: { member: [ours, [], [], []], identity: everything },
  memberships: { member: [ours, [], [], []], identity: everything },
  credentials: { member: nothing, identity: everything },
  sessions: { member: nothing, identity: everything },
  refresh_tokens: { member: nothing, identity: everything },
  tasks: { member: [ours, ours, ours, ours], identity: nothing },
  saved_designs: { member: [own, own, own, own], identity: nothing },
  idempotency_keys: { member: [own, own, own, own], identity: nothing },
  audit_log: { member: [ours, own, [], []], identity: [[], all, [], []] },
};

const names = Object.keys(policies);

let database: TestDatabase;
let client: Client;
const [A, B] = [randomUUID(), randomUUID()];
const members = {
  own: { organizationId: A, userId: randomUUID() },
  colleague: { organizationId: A, userId: randomUUID() },
  foreign: { organizationId: B, userId: randomUUID() },
};
/** Each row as the owner of the tables sees it. */
const stored: Record<string, Partial<Record<Row, string>>> = {};

const seed = async (): Promise<void> => {
  await query(database.ownerUrl, `INSERT INTO organizations (id, name) VALUES ($1, 'A'), ($2, 'B')`, [A, B]);
  const keep = async (table: string, row: Row, sql: string, values: unknown[]): Promise<string> => {
    const [made] = await query<{ row: { id: string } }>(database.ownerUrl, `${sql} RETURNING to_jsonb(${table}) AS row`, values);
    stored[table] = { ...stored[table], [row]: JSON.stringify(made?.row) };
    return made?.row.id as string;
  };
  for (const [row, { organizationId, userId }] of Object.entries(members) as [Row, (typeof members)[Row]][]) {
    const both = [organizationId, userId];
    if (row !== 'colleague') await keep('organizations', row, 'UPDATE organizations SET version = 2 WHERE id = $1', [organizationId]);
    await keep('users', row, `INSERT INTO users (id, name) VALUES ($1, 'name')`, [userId]);
    await keep('memberships', row, `INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'owner')`, both);
    await keep('credentials', row, `INSERT INTO credentials (user_id, password_hash) VALUES ($1, 'hash')`, [userId]);
    const sessions = 'INSERT INTO sessions (organization_id, user_id, expires_at) VALUES ($1, $2, now())';
    const session = await keep('sessions', row, sessions, both);
    const tokens = 'INSERT INTO refresh_tokens (id, session_id, created_at, expires_at) VALUES ($1, $1, now(), now())';
    await keep('refresh_tokens', row, tokens.replace('$1, $1', 'uuidv7(), $1'), [session]);
    await keep('tasks', row, `INSERT INTO tasks (organization_id, created_by, title) VALUES ($1, $2, 'title')`, both);
    await keep(
      'saved_designs',
      row,
      `INSERT INTO saved_designs (organization_id, user_id, name, content) VALUES ($1, $2, 'name', '{}')`,
      both,
    );
    const key = `INSERT INTO idempotency_keys (organization_id, user_id, route, key, body_hash, status, headers) VALUES ($1, $2, '/', 'k', '', 201, '{}')`;
    await keep('idempotency_keys', row, key, both);
    await keep('audit_log', row, `INSERT INTO audit_log (organization_id, user_id, action, outcome) VALUES ($1, $2, 'a', 'success')`, both);
  }
};

beforeAll(async () => {
  database = await testDatabase();
  await seed();
  const pool = new Pool({ connectionString: database.applicationUrl });
  await requireScopedRole(pool).finally(() => pool.end());
  client = new Client({ connectionString: database.applicationUrl });
  await client.connect();
  const { rows } = await client.query(`
    SELECT rolsuper OR rolbypassrls AS bypasses, (SELECT count(*)::int FROM pg_tables WHERE tableowner = current_user) AS owned
    FROM pg_roles WHERE rolname = current_user`);
  // Nothing below would mean anything otherwise.
  if (rows[0].bypasses || rows[0].owned > 0) throw new Error('the suite does not connect as a role that row-level security holds');
});
afterAll(() => client.end());

/** One statement in a transaction of that scope that leaves nothing. */
const attempt = async (scope: Scope | undefined, sql: string, values: unknown[] = []) => {
  await client.query('BEGIN');
  try {
    const { text, values: given } = scopeToWrite(scope ?? 'identity');
    if (scope) await client.query(text, [...given]);
    return await client.query(sql, values);
  } finally {
    await client.query('ROLLBACK');
  }
};

/** How many rows it reached; none also when it was refused for want of a right, which other errors are not. */
const reached = async (scope: Scope | undefined, sql: string, values: unknown[] = []): Promise<number> => {
  try {
    return (await attempt(scope, sql, values)).rowCount ?? 0;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === '42501') return 0;
    // A policy is asked before keys and references are.
    if (error instanceof DatabaseError && error.code?.startsWith('23')) return 1;
    throw error;
  }
};

const visible = async (scope: Scope | undefined, table: string): Promise<Row[]> => {
  const rows = (await attempt(scope, `SELECT to_jsonb(t) AS row FROM ${table} t`)).rows.map(({ row }) => JSON.stringify(row));
  return all.filter((row) => rows.includes(stored[table]?.[row] as string));
};

const insertable = async (scope: Scope | undefined, table: string): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const row of all) {
    const json = stored[table]?.[row] ?? stored[table]?.own;
    const insert = `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`;
    if ((await reached(scope, insert, [json])) > 0) rows.push(row);
  }
  return rows;
};

// Without WHERE, which would ask the policies of reading as well.
const updated = (scope: Scope | undefined, table: string) =>
  reached(scope, `UPDATE ${table} SET ${table === 'credentials' ? 'updated_at' : 'created_at'} = now()`);
const removed = (scope: Scope | undefined, table: string) => reached(scope, `DELETE FROM ${table}`);

describe('a table', () => {
  test('has row-level security, a policy and a line here, whichever it is', async () => {
    const tables = await query<{ name: string; secured: boolean }>(
      database.ownerUrl,
      `SELECT relname AS name, relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid) AS secured FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations'`,
    );
    expect(tables.filter(({ secured }) => !secured)).toEqual([]);
    expect(tables.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  test('is not to be reached past its policies', async () => {
    const passing = await query(
      database.ownerUrl,
      `SELECT proname AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
       UNION ALL SELECT relname FROM pg_class WHERE relowner = current_user::regrole AND relkind IN ('v', 'm')`,
    );
    // It returns nothing, and deletes what nobody reads any more.
    expect(passing).toEqual([{ name: 'forget_expired_idempotency_keys' }]);
  });

  test.each(names)('%s has rows of all to hide', (table) => {
    expect(Object.keys(stored[table] ?? {})).toEqual(table === 'organizations' ? ['own', 'foreign'] : all);
  });
});

const scopes = [
  ['nobody', undefined, () => nothing],
  ['a member of A', members.own, (table: string) => policies[table]?.member],
  ['who signs in', 'identity', (table: string) => policies[table]?.identity],
] as const;

describe.each(scopes)('%s', (_name, scope, allowed) => {
  test.each(names)('reads, adds, changes and removes in %s what they may', async (table) => {
    const [select, insert, update, remove] = allowed(table) as Allowed;
    expect(await visible(scope, table)).toEqual(select);
    expect(await insertable(scope, table)).toEqual(insert);
    expect(await updated(scope, table)).toBe(update.length);
    expect(await removed(scope, table)).toBe(remove.length);
  });
});

describe('a member of A', () => {
  test.each(['tasks', 'saved_designs', 'idempotency_keys'])('moves no row of %s into B', async (table) => {
    await expect(attempt(members.own, `UPDATE ${table} SET organization_id = $1`, [B])).rejects.toThrow('row-level security');
  });

  test.each(['saved_designs', 'idempotency_keys'])('makes a present of no row of %s', async (table) => {
    await expect(attempt(members.own, `UPDATE ${table} SET user_id = $1`, [members.colleague.userId])).rejects.toThrow(
      'row-level security',
    );
  });

  test('does not turn their organization into B', async () => {
    await expect(attempt(members.own, 'UPDATE organizations SET id = $1', [B])).rejects.toThrow('row-level security');
  });
});

test('a scope ends with its transaction', async () => {
  await attempt(members.own, 'SELECT');
  expect((await client.query('SELECT FROM tasks')).rowCount).toBe(0);
});

describe('the audit log', () => {
  test.each(['UPDATE audit_log SET action = action', 'DELETE FROM audit_log', 'TRUNCATE audit_log'])('refuses %s', async (statement) => {
    await expect(query(database.applicationUrl, statement)).rejects.toThrow('permission denied');
    await expect(query(database.ownerUrl, statement)).rejects.toThrow('audit_log is append-only');
  });
});

test('expired idempotency keys of everybody go, and no other', async () => {
  const old = `UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE organization_id = $1`;
  await query(database.ownerUrl, old, [B]);
  await query(database.applicationUrl, 'SELECT forget_expired_idempotency_keys()');
  const rest = await query(database.ownerUrl, 'SELECT DISTINCT organization_id AS id FROM idempotency_keys');
  expect(rest).toEqual([{ id: A }]);
});
