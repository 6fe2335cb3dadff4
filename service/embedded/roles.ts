import { Client, escapeLiteral } from 'pg';
import type { Credentials } from './credentials';

export const databaseName = 'counterpart';
const owner = 'counterpart_owner';
const application = 'counterpart_app';

const urlOf = (user: string, password: string, port: number, database = databaseName): string =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;

export const superuserUrl = ({ superuser }: Credentials, port: number): string => urlOf('postgres', superuser, port, 'postgres');
export const ownerUrl = (credentials: Credentials, port: number): string => urlOf(owner, credentials.owner, port);
export const applicationUrl = (credentials: Credentials, port: number): string => urlOf(application, credentials.application, port);

/** A connection whose end from the other side is no error of ours; whoever queries then learns of it. */
export const connect = async (connectionString: string): Promise<Client> => {
  const client = new Client({ connectionString, application_name: 'embedded-postgres', connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  return client;
};

const role = (name: string, password: string): string => `
  DO $$ BEGIN IF to_regrole('${name}') IS NULL THEN CREATE ROLE ${name}; END IF; END $$;
  ALTER ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD ${escapeLiteral(password)};`;

/**
 * The two roles that production has as well: an owner, and one that only reads and writes rows, so that a missing grant
 * or a policy of row-level security shows here already. Repeatable: the first start may have been cut short.
 */
export const ensureRolesAndDatabase = async (credentials: Credentials, port: number): Promise<void> => {
  const server = await connect(superuserUrl(credentials, port));
  try {
    await server.query(role(owner, credentials.owner) + role(application, credentials.application));
    const { rowCount } = await server.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
    if (rowCount === 0) await server.query(`CREATE DATABASE ${databaseName} OWNER ${owner}`);
    await server.query(`REVOKE ALL ON DATABASE ${databaseName} FROM PUBLIC; GRANT CONNECT ON DATABASE ${databaseName} TO ${application}`);
  } finally {
    await server.end();
  }
  const database = await connect(urlOf('postgres', credentials.superuser, port));
  try {
    await database.query(
      `ALTER SCHEMA public OWNER TO ${owner}; REVOKE ALL ON SCHEMA public FROM PUBLIC; CREATE EXTENSION IF NOT EXISTS pg_stat_statements`,
    );
  } finally {
    await database.end();
  }
};
