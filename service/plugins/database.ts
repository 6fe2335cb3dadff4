import { PrismaPg } from '@prisma/adapter-pg';
import plugin from 'fastify-plugin';
import { Client, type Pool } from 'pg';
import { watchAvailability } from '../availability';
import { reasonOf } from '../database/outage';
import { createPool, databaseAddress } from '../database/pool';
import { componentLog } from '../logging';
import { PrismaClient } from '../prisma/client/client';

declare module 'fastify' {
  interface FastifyInstance {
    prisma: PrismaClient;
    database: {
      readonly pool: Pool;
      /** Resolves when the database answers a statement; rejects with the reason when it does not. */
      check(): Promise<void>;
    };
  }
}

// Sooner than a health check gives up, so that a server that hangs is known as unreachable, and why.
const question = { text: 'SELECT 1', query_timeout: 1_500 };

/**
 * A full pool is load, not an outage: the question then goes over a connection beside it, or all pods would turn
 * unready together just when they are needed most.
 */
const ask = async (pool: Pool): Promise<void> => {
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

/** Connects with the first statement: the start waits for the database elsewhere, within its own bound. */
export const database = plugin(
  async (app) => {
    const pool = createPool(app.config.database);
    const log = componentLog(app.log, 'database');
    const availability = watchAvailability(log, 'database', databaseAddress(app.config.database));
    // Unheard, the error of an idle connection whose server died would end the process.
    pool.on('error', (error) => log.warn({ reason: reasonOf(error) }, 'database connection lost'));
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' });
    app.decorate('prisma', prisma);
    app.decorate('database', {
      pool,
      check: async () => {
        try {
          await ask(pool);
          availability.up();
        } catch (error) {
          availability.down(reasonOf(error));
          throw error;
        }
      },
    });
    app.addHook('onClose', async () => {
      await prisma.$disconnect();
      // Ended here and not by Prisma, which never met the pool when no query was made.
      await pool.end();
    });
  },
  { name: 'database' },
);
