import type { FastifyBaseLogger } from 'fastify';
import type { Pool, QueryResult } from 'pg';
import { reasonOf } from '../outage';
import type { Ask, Question, Row } from './questions';

export interface Insight {
  /** The rows last read, at once. When they are old, others are read meanwhile. */
  current(): readonly Row[];
  /** Resolves when nothing is being read any more; nothing will be later. */
  close(): Promise<void>;
}

interface Options {
  pool: Pool;
  questions: readonly Question[];
  log: FastifyBaseLogger;
  /** How long rows are good, in milliseconds. */
  keptFor: number;
}

// The catalogue answers in milliseconds; what takes longer is not worth the load. A second more where nobody answers.
const limit = { server: 2_000, client: 3_000 };

/** Several statements in one message are one transaction: no other user of the connection, or of a pooler's, meets the limit. */
const askOf =
  (pool: Pool): Ask =>
  async (sql) => {
    const text = `SET LOCAL statement_timeout = ${limit.server}; ${sql}`;
    const results = (await pool.query({ text, query_timeout: limit.client } as { text: string })) as unknown as QueryResult<Row>[];
    return results.at(-1)?.rows ?? [];
  };

/** Requests come first: where one would have to wait for a connection, this does not ask for any. */
const isFull = (pool: Pool): boolean => pool.idleCount === 0 && pool.totalCount >= pool.options.max;

/**
 * What the database knows of its own work. Read when asked for, behind the back of who asks: a database that is slow or away
 * costs a scrape nothing, and what could not be read is absent until it can.
 */
export const createInsight = ({ pool, questions, log, keptFor }: Options): Insight => {
  const ask = askOf(pool);
  const answers = new Map<string, readonly Row[]>();
  let readAt = Number.NEGATIVE_INFINITY;
  let closed = false;
  let reading: Promise<void> | undefined;
  let told = '{}';

  const tell = (failures: Readonly<Record<string, string>>): void => {
    const now = JSON.stringify(failures);
    if (now === told || closed) return;
    told = now;
    if (now === '{}') log.info('database statistics can be read again');
    else log.warn({ failures }, 'database statistics cannot be read');
  };
  const refresh = async (): Promise<void> => {
    readAt = performance.now();
    const failures: Record<string, string> = {};
    // One after the other, so that it is one connection.
    for (const { about, read } of questions) {
      if (closed) break;
      try {
        answers.set(about, await read(ask));
      } catch (error) {
        answers.delete(about);
        failures[about] = reasonOf(error);
      }
    }
    tell(failures);
    reading = undefined;
  };

  return {
    current: () => {
      if (!closed && !reading && !isFull(pool) && performance.now() - readAt >= keptFor) reading = refresh();
      return [...answers.values()].flat();
    },
    close: async () => {
      closed = true;
      await reading;
    },
  };
};
