import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import type { Config } from '../contract/types';
import { PrismaClient } from '../prisma/client/client';
import { burst } from './burst';
import type { Work } from './database';
import type { ReadingScope } from './scope';
import type { Statement } from './statement';

/** Told the answer to the first statement, before anything of the transaction is believed; leaves it by throwing. */
export type Admission = (scope: ReadingScope) => Promise<void>;

/** A primary or a replica: a pool, and Prisma over the same connections. */
export interface Server {
  readonly pool: Pool;
  readonly prisma: PrismaClient;
  query<Row>(scope: Statement, statement: Statement, admit?: Admission): Promise<Row[]>;
  transaction<T>(scope: Statement, work: Work<T>, admit?: Admission): Promise<T>;
  close(): Promise<void>;
}

// Added to Prisma's own limits: those of pool and server, whose errors say more, are to be reached first.
const grace = 1_000;

/**
 * After its time a transaction is rolled back, and whatever its work asks then is asked without a scope: it sees nothing, and
 * must not take that for an answer.
 */
const expired = (cause: unknown): Error => Object.assign(new Error('The transaction took too long.', { cause }), { code: 'P2028' });

// Milliseconds by which our clock may lag behind Prisma's.
const lag = 100;

export const openServer = (pool: Pool, { pool: { connectTimeout }, statementTimeout }: Config['database']): Server => {
  const longest = statementTimeout + grace;
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    errorFormat: 'minimal',
    transactionOptions: { maxWait: connectTimeout + grace, timeout: longest },
  });
  return {
    pool,
    prisma,
    query: async <Row>(scope: Statement, statement: Statement, admit?: Admission) => {
      const [scoped, answer] = await burst(pool, [scope, statement]);
      await admit?.(scoped?.rows[0]);
      return answer?.rows as Row[];
    },
    transaction: (scope, work, admit) =>
      prisma.$transaction(async (tx) => {
        const end = performance.now() + longest - lag;
        try {
          const [scoped] = await tx.$queryRawUnsafe<[ReadingScope]>(scope.text, ...scope.values);
          await admit?.(scoped);
          return await work(tx);
        } catch (error) {
          throw performance.now() < end ? error : expired(error);
        }
      }),
    close: async () => {
      await prisma.$disconnect();
      // Ended here and not by Prisma, which never met the pool when no query was made.
      await pool.end();
    },
  };
};
