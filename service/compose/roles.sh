# Generated from infra/stacks by `npm run synth`. Edit the stack, not this file.
set -e
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -v application_password="$APPLICATION_PASSWORD" \
  --username postgres --dbname postgres <<'SQL'
CREATE ROLE rest_api_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE rest_api LOGIN PASSWORD :'application_password';
SELECT 'CREATE DATABASE rest_api_db' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'rest_api_db') \gexec
ALTER DATABASE rest_api_db OWNER TO rest_api_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE rest_api_db FROM PUBLIC;
GRANT CONNECT ON DATABASE rest_api_db TO rest_api;
\connect rest_api_db
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL
