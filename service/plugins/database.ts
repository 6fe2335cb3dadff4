import { hostname } from 'node:os';
import plugin from 'fastify-plugin';
import { watchAvailability } from '../availability';
import type { Config } from '../contract/types';
import type { Database, ExecutionObserver, NamedPool } from '../database/database';
import { beyondAll, endOfLog } from '../database/log-position';
import { positionMarks } from '../database/marks';
import { reasonOf } from '../database/outage';
import { createPool, databaseAddress, replicaConfig } from '../database/pool';
import { primaryDatabase, readerOf } from '../database/primary';
import { replicaReader } from '../database/reader';
import type { Scope } from '../database/scope';
import { openServer } from '../database/server';
import { slowQueryLog } from '../database/slow-queries';
import { watchServer } from '../database/watch';
import { componentLog } from '../logging';

declare module 'fastify' {
  interface FastifyInstance {
    db: Database;
  }
}

/** Connects with the first statement: the start waits for the database elsewhere, within its own bound. */
export const database = plugin(
  async (app) => {
    const log = componentLog(app.log, 'database');
    const { slowQuery } = app.config.database;
    const observers: ExecutionObserver[] = slowQuery > 0 ? [slowQueryLog(log, slowQuery)] : [];
    const open = (config: Config['database'], name: NamedPool['name'], connections: string) => {
      const pool = createPool(config, connections, (execution) => {
        for (const observe of observers) observe(name, execution);
      });
      const shown = name === 'primary' ? 'database' : 'database replica';
      const server = openServer(pool, config);
      // Unheard, the error of an idle connection whose server died would end the process.
      pool.on('error', (error) => log.warn({ reason: reasonOf(error) }, `${shown} connection lost`));
      app.addHook('onClose', () => server.close());
      return { server, watch: watchServer(pool, watchAvailability(log, shown, databaseAddress(config))) };
    };

    const primary = open(app.config.database, 'primary', hostname());
    const replicaSettings = replicaConfig(app.config.database);
    const replica = replicaSettings && open(replicaSettings, 'reader', `${hostname()}-reader`);
    const { pool } = primary.server;
    // Redis comes with a plugin that is registered after this one.
    const marks = positionMarks(() => app.redis);
    // Committed is committed: where its place in the log stays unknown, only the primary is up to it.
    const mark = async (scope: Scope): Promise<void> => marks.remember(scope, await endOfLog(pool).catch(() => beyondAll));
    const scoped = primaryDatabase(primary.server, replica && mark);

    app.decorate('db', {
      ...scoped,
      reader: replica ? replicaReader({ primary: primary.server, replica: replica.server, watch: replica.watch, marks }) : readerOf(scoped),
      pool,
      pools: [{ name: 'primary', pool }, ...(replica ? [{ name: 'reader' as const, pool: replica.server.pool }] : [])],
      observe: (observer) => {
        observers.push(observer);
      },
      check: primary.watch.check,
      ...(replica ? { checkReader: replica.watch.check } : {}),
    });
  },
  { name: 'database' },
);
