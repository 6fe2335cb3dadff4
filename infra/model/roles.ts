import type { Postgres } from './dependency';

/**
 * Shell script that the PostgreSQL image runs once, on an empty volume. Neither role is a superuser, and the API's owns
 * nothing. Reads OWNER_PASSWORD and APPLICATION_PASSWORD. The database may be one that the image made: a system may keep
 * its tables in `postgres`, and then it only changes its owner. Only a superuser may add the extension.
 */
export const rolesScript = ({ database, user, owner }: Pick<Postgres, 'database' | 'user' | 'owner'>): string => `set -e
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -v application_password="$APPLICATION_PASSWORD" \\
  --username postgres --dbname postgres <<'SQL'
CREATE ROLE ${owner} LOGIN PASSWORD :'owner_password';
CREATE ROLE ${user} LOGIN PASSWORD :'application_password';
SELECT 'CREATE DATABASE ${database}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${database}') \\gexec
ALTER DATABASE ${database} OWNER TO ${owner};
REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${database} TO ${user};
\\connect ${database}
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL
`;
