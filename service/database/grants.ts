import { type Client, DatabaseError, escapeIdentifier } from 'pg';
import { MigrationError } from './migration-error';

/**
 * For every role that connects from now on; the owner's own migrations lift it for themselves.
 * @returns false where the database belongs to another role, as some providers have it
 */
export const limitStatements = async (client: Client, milliseconds: number): Promise<boolean> => {
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  const { name } = rows[0] as { name: string };
  try {
    await client.query(`ALTER DATABASE ${escapeIdentifier(name)} SET statement_timeout = ${Math.trunc(milliseconds)}`);
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === '42501') return false;
    throw error;
  }
};

/** Lets the role read and write rows of all tables of the current schema, present and to come; it owns and creates nothing. */
export const grantToApplication = async (client: Client, applicationRole: string): Promise<void> => {
  const { rows } = await client.query<{ schema: string; owner: string; known: boolean }>(
    'SELECT current_schema() AS schema, current_user AS owner, EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS known',
    [applicationRole],
  );
  const { schema: schemaName, owner, known } = rows[0] as { schema: string; owner: string; known: boolean };
  if (!known) {
    throw new MigrationError(
      `DATABASE_APPLICATION_ROLE names ${JSON.stringify(applicationRole)}, a role that the server does not have. ` +
        'Create it first (CREATE ROLE … LOGIN), or correct the name.',
    );
  }
  if (owner === applicationRole) {
    throw new MigrationError(
      `The migration connects as ${JSON.stringify(applicationRole)}, the role of the API itself, which would then own the tables ` +
        'and pass by row-level security. Connect as the owner of the database.',
    );
  }
  const role = escapeIdentifier(applicationRole);
  const schema = escapeIdentifier(schemaName);
  // One transaction: the API never meets a table without its grants.
  await client.query(`
    BEGIN;
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE, SELECT ON SEQUENCES TO ${role};
    REVOKE INSERT, UPDATE, DELETE ON ${schema}._prisma_migrations FROM ${role};
    DO $$ BEGIN
      IF to_regclass('audit_log') IS NOT NULL THEN REVOKE UPDATE, DELETE ON audit_log FROM ${role}; END IF;
    END $$;
    COMMIT`);
};
