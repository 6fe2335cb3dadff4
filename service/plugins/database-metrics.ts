import plugin from 'fastify-plugin';
import type { Pool } from 'pg';
import { Gauge, Histogram } from 'prom-client';
import { metrics as contract } from '../contract/metrics';
import { declared } from './metrics';

// They frame work or set up the session, and answer in no time: counted, they would hide how long the work takes.
const aside = /^\s*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|SET|RESET|SELECT\s+(?:pg_catalog\.)?set_config)\b/i;

/** What the pools hold, and how long statements take. */
export const databaseMetrics = plugin(
  async (app) => {
    if (!app.config.metrics.enabled) return;
    const { metrics: register, db } = app;
    const { pools } = db;

    const { buckets } = contract.db_query_duration_seconds;
    const durations = new Histogram({ ...declared(register, 'db_query_duration_seconds'), buckets: [...buckets] });
    for (const { name } of pools) durations.zero({ pool: name });
    db.observe((pool, { text, milliseconds }) => {
      if (!aside.test(text)) durations.observe({ pool }, milliseconds / 1_000);
    });

    // Read when asked for: the pool knows, and events could be missed.
    const busy = (pool: Pool): number => pool.totalCount - pool.idleCount;
    new Gauge({
      ...declared(register, 'db_pool_connections'),
      collect() {
        for (const { name, pool } of pools) {
          this.set({ pool: name, state: 'idle' }, pool.idleCount);
          this.set({ pool: name, state: 'busy' }, busy(pool));
        }
      },
    });
    const perPool = {
      db_pool_connections_max: (pool: Pool) => pool.options.max,
      db_pool_waiting_requests: (pool: Pool) => pool.waitingCount,
    } as const;
    for (const [name, read] of Object.entries(perPool)) {
      new Gauge({
        ...declared(register, name as keyof typeof perPool),
        collect() {
          for (const { name: label, pool } of pools) this.set({ pool: label }, read(pool));
        },
      });
    }
    const inAll = {
      prisma_pool_connections_open: (pool: Pool) => pool.totalCount,
      prisma_pool_connections_busy: busy,
      prisma_pool_connections_idle: (pool: Pool) => pool.idleCount,
      // A query holds one connection while it runs.
      prisma_client_queries_active: busy,
      prisma_client_queries_wait: (pool: Pool) => pool.waitingCount,
    } as const;
    for (const [name, read] of Object.entries(inAll)) {
      new Gauge({
        ...declared(register, name as keyof typeof inAll),
        collect() {
          this.set(pools.reduce((sum, { pool }) => sum + read(pool), 0));
        },
      });
    }
  },
  { name: 'database-metrics', dependencies: ['database', 'metrics'] },
);
