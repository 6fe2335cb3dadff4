import type { FastifyInstance } from 'fastify';
import { buildApp } from './app';
import { loadConfig } from './config';
import type { Config } from './contract/types';
import { connectionUrl } from './database/connection-url';
import { outageReason } from './database/outage';
import { requireScopedRole } from './database/role';
import { waitForDatabase } from './database/wait';
import { componentLog } from './logging';
import { listenForScrapes } from './metrics-listener';
import { exitOnSignals, phasedClose } from './shutdown';

export interface Service {
  app: FastifyInstance;
  url: string;
  metricsUrl?: string;
  /** Ends it as a SIGTERM does, see shutdown.ts. */
  close(): Promise<void>;
}

class DatabaseUnusable extends Error {}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const reachDatabase = async (app: FastifyInstance): Promise<void> => {
  const { database } = app.config;
  const log = componentLog(app.log, 'database');
  try {
    await waitForDatabase({
      url: connectionUrl(database) as string,
      timeout: database.startTimeout,
      log: (line) => log.warn(`database: ${line}`),
    });
    await app.db.check();
  } catch (error) {
    throw new DatabaseUnusable(`database unreachable at start: ${messageOf(error)}`);
  }
  // The replica has a URL, and so a role, of its own. It may be away: it is not needed to start.
  for (const { name, pool } of app.db.pools) {
    await requireScopedRole(pool).catch((error: unknown) => {
      if (name === 'reader' && outageReason(error)) return;
      throw new DatabaseUnusable(messageOf(error));
    });
  }
};

const run = async (app: FastifyInstance): Promise<Service> => {
  const { server, metrics } = app.config;
  try {
    await app.ready();
    await reachDatabase(app);
    const url = await app.listen({ host: server.host, port: server.port });
    const scrapes = metrics.enabled ? await listenForScrapes(app) : undefined;
    componentLog(app.log, 'server').info({ url, metricsUrl: scrapes?.url }, 'serving');
    return { app, url, ...(scrapes ? { metricsUrl: scrapes.url } : {}), close: phasedClose(app, scrapes) };
  } catch (error) {
    await app.close();
    throw error;
  }
};

/**
 * Runs the service in this process.
 * @throws Error when the database does not answer within `database.startTimeout` or refuses us, or when a port is taken;
 *   nothing is left open then
 */
export const serve = async (config: Config): Promise<Service> => run(await buildApp(config));

const main = async (): Promise<void> => {
  const config = loadConfig();
  let service: Service | undefined;
  exitOnSignals(() => service && { close: service.close, timeout: config.shutdown.timeout, log: (line) => service?.app.log.info(line) });
  const app = await buildApp(config);
  try {
    service = await run(app);
  } catch (error) {
    componentLog(app.log, error instanceof DatabaseUnusable ? 'database' : 'server').fatal(messageOf(error));
    process.exit(1);
  }
};

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  });
}
