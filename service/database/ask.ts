import { Client, type Pool } from 'pg';

// Sooner than a health check gives up, so that a server that hangs is known as unreachable, and why.
const question = { text: 'SELECT 1', query_timeout: 1_500 };

/**
 * Resolves when the server answers; rejects with the reason when it does not. A full pool is load, not an outage: the question
 * then goes over a connection beside it, or all pods would turn unready together just when they are needed most.
 */
export const ask = async (pool: Pool): Promise<void> => {
  if (pool.idleCount > 0 || pool.totalCount < pool.options.max) {
    await pool.query(question);
    return;
  }
  const client = new Client(pool.options);
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(question);
  } finally {
    await client.end().catch(() => {});
  }
};
