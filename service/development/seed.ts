import { Client } from 'pg';
import { createPasswords } from '../identity/passwords';
import { stableId } from '../identity/stable-id';

const idOf = (kind: 'user' | 'organization', name: string): string => stableId('seed', kind, name);

const organization = { id: idOf('organization', 'Example'), name: 'Example Ltd.' };

/** One for each role, so that what a role may not do can be tried, too. */
const people = [
  { email: 'ada@example.com', name: 'Ada Lovelace', role: 'owner' },
  { email: 'grace@example.com', name: 'Grace Hopper', role: 'admin' },
  { email: 'linus@example.com', name: 'Linus Pauling', role: 'member' },
  { email: 'barbara@example.com', name: 'Barbara McClintock', role: 'viewer' },
];

export const seededEmail = 'ada@example.com';

const owner = idOf('user', seededEmail);

const tasks = ['Read the README', 'Edit a stack and read the error', 'Deploy to the cluster'];

interface SeedOptions {
  /** Connection of the owner of the tables, or of the API's role. */
  url: string;
  /** Of every seeded account. */
  password: string;
  /** Cost of hashing it: `auth.bcryptRounds`. */
  rounds: number;
}

/** @throws Error naming the accounts that somebody else registered: theirs are not taken over */
const requireFreeAddresses = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ email: string }>('SELECT email FROM users WHERE email = ANY($1) ORDER BY email', [
    people.map(({ email }) => email),
  ]);
  if (rows.length === 0) return;
  throw new Error(
    `The examples need addresses that have accounts already: ${rows.map(({ email }) => email).join(', ')}. ` +
      'Remove those accounts, or use another database.',
  );
};

const insertAll = async (client: Client, passwordHash: string): Promise<void> => {
  for (const { email, name, role } of people) {
    const id = idOf('user', email);
    await client.query('INSERT INTO users (id, email, name) VALUES ($1, $2, $3)', [id, email, name]);
    await client.query('INSERT INTO credentials (user_id, password_hash) VALUES ($1, $2)', [id, passwordHash]);
    await client.query('INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)', [organization.id, id, role]);
  }
  for (const title of tasks) {
    await client.query('INSERT INTO tasks (organization_id, created_by, title) VALUES ($1, $2, $3)', [organization.id, owner, title]);
  }
  await client.query('INSERT INTO saved_designs (organization_id, user_id, name, content) VALUES ($1, $2, $3, $4)', [
    organization.id,
    owner,
    'A first design',
    { shapes: [{ kind: 'circle', radius: 40 }] },
  ]);
};

/**
 * An organization with members of every role, some tasks and a design. Where they are already, nothing changes, so it can
 * run at every start; failing, it leaves nothing.
 * @returns whether there was something to add
 */
export const seed = async ({ url, password, rounds }: SeedOptions): Promise<boolean> => {
  const client = new Client({ connectionString: url, application_name: 'seed' });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `SELECT set_config('app.realm', 'identity', true), set_config('app.organization_id', $1, true), set_config('app.user_id', $2, true)`,
      [organization.id, owner],
    );
    const { rowCount } = await client.query('INSERT INTO organizations (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      organization.id,
      organization.name,
    ]);
    if (rowCount === 0) return false;
    await requireFreeAddresses(client);
    await insertAll(client, await createPasswords(rounds).hash(password));
    await client.query('COMMIT');
    return true;
  } finally {
    // Without a COMMIT, the server rolls back.
    await client.end();
  }
};
