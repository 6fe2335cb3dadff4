import type { FastifyInstance } from 'fastify';
import { checkRedis } from '../../cache/redis';
import { missingMigrations } from '../../database/migrations';

export type Result = 'OK' | 'FAILED';

export interface Check {
  result: Result;
  /** Milliseconds until the answer, or until giving up. */
  latency: number;
  /** Readiness is lost with it. */
  hard: boolean;
}

export type Checks = Readonly<Record<string, Check>>;

// Below the 3 s that probes wait, so that an answer names what hangs.
const giveUpAfter = 2_000;
// However many probes ask, the servers behind are asked once a second.
const keptFor = 1_000;

const timed = async (work: Promise<unknown>, hard: boolean): Promise<Check> => {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(reject, giveUpAfter);
  });
  const result = await Promise.race([work, late]).then(
    () => 'OK' as const,
    () => 'FAILED' as const,
  );
  clearTimeout(timer);
  return { result, latency: Math.round(performance.now() - start), hard };
};

/** What this build needs is in the schema. Once true it stays true: a schema only moves ahead. */
const schemaCheck = (app: FastifyInstance): (() => Promise<void>) => {
  let complete = false;
  return async () => {
    if (complete) return;
    const missing = await missingMigrations((sql) => app.db.pool.query(sql));
    if (missing.length > 0) {
      app.log.warn({ component: 'database', missing }, 'database schema lacks migrations that this build needs');
      throw new Error('schema behind');
    }
    complete = true;
  };
};

/** Asks every configured server behind the service, at most once a second. */
export const createChecks = (app: FastifyInstance): (() => Promise<Checks>) => {
  const schema = schemaCheck(app);
  const { redis } = app;
  const ask = async (): Promise<Checks> => {
    const [database, reader, cache] = await Promise.all([
      timed(app.db.check(), true),
      // Soft as well: the primary reads in its place.
      app.db.checkReader ? timed(app.db.checkReader(), false) : undefined,
      // The cache is soft: without it the service is slower, not wrong.
      redis ? timed(checkRedis(redis), false) : undefined,
    ]);
    const checks: Record<string, Check> = { database, ...(reader ? { reader } : {}), ...(cache ? { redis: cache } : {}) };
    return database.result === 'OK' ? { ...checks, schema: await timed(schema(), true) } : checks;
  };
  let last: { at: number; checks: Promise<Checks> } | undefined;
  return () => {
    if (!last || performance.now() - last.at > keptFor) last = { at: performance.now(), checks: ask() };
    return last.checks;
  };
};
