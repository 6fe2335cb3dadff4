import { hostname } from 'node:os';
import { Pool } from 'pg';
import type { Config } from '../contract/types';
import { connectionUrl } from './connection-url';

/** Host and port for log lines: never the role, never the password. */
export const databaseAddress = (config: Config['database']): string => {
  const url = connectionUrl(config);
  return url ? new URL(url).host : '(none)';
};

/** @throws Error when no database is configured */
export const createPool = (config: Config['database']): Pool => {
  const { pool, statementTimeout } = config;
  const connectionString = connectionUrl(config);
  if (!connectionString) {
    throw new Error('No database is configured. Set DATABASE_URL or DB_HOST and its siblings, or start one with `npm run dev`.');
  }
  return new Pool({
    connectionString,
    application_name: hostname(),
    min: pool.min,
    max: pool.max,
    idleTimeoutMillis: pool.idleTimeout,
    connectionTimeoutMillis: pool.connectTimeout,
    statement_timeout: statementTimeout,
    // The server's own limit cannot end a query on a network that swallows packets; a second more lets it go first.
    query_timeout: statementTimeout + 1_000,
    keepAlive: true,
  });
};
