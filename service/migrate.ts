import { describeProblems, readConfig } from './config';
import { connectionUrl } from './database/connection-url';
import { migrate } from './database/migrations';
import { waitForDatabase } from './database/wait';

// Lines of the shape that the API logs.
const write = (level: 'info' | 'error', msg: string): void => {
  const line = { level, time: new Date().toISOString(), component: 'migrate', msg };
  (level === 'error' ? process.stderr : process.stdout).write(`${JSON.stringify(line)}\n`);
};

/**
 * Migrates the configured database as its owner. Exit code 0: the database has all that this build knows; 1: it could not
 * be reached or migrated; 2: the configuration is wrong, so that trying again is of no use.
 */
const main = async (): Promise<number> => {
  const decoded = readConfig(process.env, process.cwd());
  if (!decoded.ok) {
    process.stderr.write(describeProblems(decoded.problems));
    return 2;
  }
  const { database } = decoded.config;
  const url = connectionUrl(database);
  if (!url) {
    write('error', 'No database to migrate. Set DATABASE_URL, or DB_HOST and its siblings, to the connection of its owner.');
    return 2;
  }
  const log = (line: string) => write('info', line);
  try {
    await waitForDatabase({ url, timeout: database.startTimeout, log });
    await migrate({ url, applicationRole: database.applicationRole, statementTimeout: database.statementTimeout, log });
    return 0;
  } catch (error) {
    write('error', error instanceof Error ? error.message : String(error));
    return 1;
  }
};

if (require.main === module) {
  void main().then((code) => {
    process.exitCode = code;
  });
}
