import type { Pool } from 'pg';

interface Role {
  name: string;
  superuser: boolean;
  bypasses: boolean;
  owns: boolean;
}

// Of every role that it may become as well: SET ROLE is one statement away.
const question = `SELECT current_user AS name, bool_or(rolsuper) AS superuser, bool_or(rolbypassrls) AS bypasses, EXISTS (
    SELECT FROM pg_class WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace AND pg_has_role(relowner, 'MEMBER')
  ) AS owns FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')`;

const reasonOf = ({ superuser, bypasses, owns }: Role): string | undefined => {
  if (superuser) return 'is a superuser or may become one';
  if (bypasses) return 'has BYPASSRLS or may become a role with it';
  return owns ? 'owns the tables or may become their owner' : undefined;
};

/**
 * Row-level security keeps organizations apart, unless the role passes by it.
 * @throws Error when the role of the pool does
 */
export const requireScopedRole = async (pool: Pick<Pool, 'query'>): Promise<void> => {
  const { rows } = await pool.query<Role>(question);
  const [role] = rows;
  const reason = role && reasonOf(role);
  if (!role || !reason) return;
  throw new Error(
    `the API connects as ${JSON.stringify(role.name)}, which ${reason}, so row-level security does not hold it and organizations would see ` +
      'each other. Allowed: a role that only reads and writes rows. Create one (CREATE ROLE api LOGIN PASSWORD …), let the owner ' +
      'migrate with DATABASE_APPLICATION_ROLE=api, and put api into the connection of the API.',
  );
};
