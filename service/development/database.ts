import { join, relative } from 'node:path';
import { Client } from 'pg';
import type { Config } from '../contract/types';
import { connectionUrl } from '../database/connection-url';
import { migrate, missingMigrations } from '../database/migrations';
import { waitForDatabase } from '../database/wait';
import { startEmbeddedPostgres } from '../embedded/postgres';

type Log = (line: string) => void;

export interface DevelopmentDatabase {
  /** Connection for the API. */
  url: string;
  /** Made and kept by us, so that examples may be put into it unasked. */
  ours: boolean;
  /** For people: where the data is. */
  place: string;
  stop(): Promise<void>;
}

const embedded = async (folder: string, log: Log): Promise<DevelopmentDatabase> => {
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), log });
  try {
    await migrate({ url: server.ownerUrl, applicationRole: 'counterpart_app', log });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: server.applicationUrl,
    ours: true,
    stop: () => server.stop(),
    place: `${relative(process.cwd(), server.folder)} (delete it to begin anew)`,
  };
};

/** Never migrated unasked: it may be anybody's. */
const configured = async (url: string, database: Config['database'], migrateIt: boolean, log: Log): Promise<DevelopmentDatabase> => {
  await waitForDatabase({ url, timeout: database.startTimeout, log });
  if (migrateIt) await migrate({ url, applicationRole: database.applicationRole, log });
  else {
    const client = new Client({ connectionString: url });
    await client.connect();
    const missing = await missingMigrations((sql) => client.query(sql)).finally(() => client.end());
    if (missing.length > 0)
      throw new Error(`The configured database lacks ${missing.join(', ')}. Run npm run db:migrate against it first.`);
  }
  return { url, ours: false, place: new URL(url).host, stop: async () => {} };
};

/** The configured database, else an embedded one below the folder, migrated. */
export const openDevelopmentDatabase = (
  folder: string,
  database: Config['database'],
  options: { migrate: boolean; log: Log },
): Promise<DevelopmentDatabase> => {
  const url = connectionUrl(database);
  return url ? configured(url, database, options.migrate, options.log) : embedded(folder, options.log);
};
