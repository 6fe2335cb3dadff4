import { Pool } from 'pg';
import type { Config } from '../contract/types';
import { connectionUrl } from './connection-url';
import { type Execution, observedClient } from './observed-client';

/** Host and port for log lines: never the role, never the password. */
export const databaseAddress = (config: Config['database']): string => {
  const url = connectionUrl(config);
  return url ? new URL(url).host : '(none)';
};

/** The same settings, of the replica; undefined when there is none. */
export const replicaConfig = (config: Config['database']): Config['database'] | undefined => {
  const { replica, pool } = config;
  return replica.url
    ? { ...config, url: replica.url, pool: { ...pool, min: Math.min(pool.min, replica.max), max: replica.max } }
    : undefined;
};

/**
 * @param name of its connections, as the server shows it
 * @param observe is told of every statement
 * @throws Error when no database is configured
 */
export const createPool = (config: Config['database'], name: string, observe: (execution: Execution) => void): Pool => {
  const { pool, statementTimeout } = config;
  const connectionString = connectionUrl(config);
  if (!connectionString) {
    throw new Error('No database is configured. Set DATABASE_URL or DB_HOST and its siblings, or start one with `npm run dev`.');
  }
  return new Pool({
    Client: observedClient(observe),
    connectionString,
    application_name: name,
    min: pool.min,
    max: pool.max,
    idleTimeoutMillis: pool.idleTimeout,
    connectionTimeoutMillis: pool.connectTimeout,
    statement_timeout: statementTimeout,
    // The server's own limit cannot end a query on a network that swallows packets; a second more lets it go first.
    query_timeout: statementTimeout + 1_000,
    keepAlive: true,
    // Statements are sent without waiting for the answers to those before; see burst.ts.
    pipeline: true,
  });
};
