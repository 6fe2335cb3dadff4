import type { Postgres } from './dependency';

/**
 * Shell script that the PostgreSQL image runs once, on an empty volume. Neither role is a superuser, and the API's owns
 * nothing. Reads OWNER_PASSWORD and APPLICATION_PASSWORD.
 */
export const rolesScript = ({ database, user, owner }: Pick<Postgres, 'database' | 'user' | 'owner'>): string => `set -e
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -v application_password="$APPLICATION_PASSWORD" \\
  --username postgres --dbname postgres <<'SQL'
CREATE ROLE ${owner} LOGIN PASSWORD :'owner_password';
CREATE ROLE ${user} LOGIN PASSWORD :'application_password';
CREATE DATABASE ${database} OWNER ${owner};
REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${database} TO ${user};
SQL
`;
