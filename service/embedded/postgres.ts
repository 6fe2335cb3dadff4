import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Account, enterableFolder, serverAccount } from './account';
import { type Binaries, findBinaries } from './binaries';
import { type Credentials, keepCredentials, readCredentials } from './credentials';
import { freePort } from './free-port';
import { applicationUrl, ensureRolesAndDatabase, ownerUrl, superuserUrl } from './roles';
import { findRunning, joinUsers, leaveLast } from './running';
import { runTool } from './tool';

export interface EmbeddedPostgresOptions {
  /** Holds data, log and passwords; made when missing. */
  folder: string;
  /** @default - the port of last time, else a free one */
  port?: number;
  /** Whether data survives a crash of the machine; without, writing is faster. @default true */
  durable?: boolean;
  /** Told each step in a few words. @default - silent */
  log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** Role that owns database and schema, and migrates. */
  ownerUrl: string;
  /** Role of the API: reads and writes rows, owns nothing. */
  applicationUrl: string;
  /** Role that may all, on the database `postgres`. */
  superuserUrl: string;
  port: number;
  /** Where data and passwords are: the wanted folder, or a substitute that the server may enter. */
  folder: string;
  /** Whether the server was running already. */
  reused: boolean;
  /** Stops the server, unless another process uses it. Open connections are cut. Calling again returns the same promise. */
  stop(): Promise<void>;
}

/** Not `data` until it is complete: an interrupted first start leaves nothing that looks like a database. */
const initialize = async (data: string, binaries: Binaries, account: Account | undefined, { superuser }: Credentials): Promise<void> => {
  // A new name each time: the tool of the interrupted start may still be at work in the old one.
  const unfinished = mkdtempSync(`${data}.new-`);
  const passwordFile = `${unfinished}.password`;
  writeFileSync(passwordFile, superuser, { mode: 0o600 });
  if (account) for (const path of [unfinished, passwordFile]) chownSync(path, account.uid, account.gid);
  // Same order of text on every machine, whatever its locale.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  try {
    await runTool(
      binaries.initdb,
      ['-D', unfinished, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', ...locale],
      account,
    );
    renameSync(unfinished, data);
  } finally {
    for (const name of readdirSync(dirname(data)).filter((entry) => entry.startsWith('data.new-'))) {
      rmSync(join(dirname(data), name), { recursive: true, force: true });
    }
  }
};

const start = async (data: string, port: number, durable: boolean, binaries: Binaries, account: Account | undefined): Promise<void> => {
  const log = join(data, 'server.log');
  rmSync(log, { force: true });
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_preload_libraries: 'pg_stat_statements',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  try {
    // In a session of its own: Ctrl-C in our terminal must not end the server while the API still answers.
    await runTool(binaries.control, ['start', '-w', '-t', '60', '-D', data, '-l', log, '-o', flags.join(' ')], account);
  } catch (error) {
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-10).join('\n') : '';
    throw new Error(`PostgreSQL did not start on port ${port}: ${lines || (error as Error).message}`);
  }
};

/**
 * A PostgreSQL of our own on 127.0.0.1, with data kept in the folder. A server that an earlier process left running there
 * is taken over, one that another process uses is shared; the last to leave stops it.
 * @throws Error when the platform has no binaries, or with the last lines of the server's log when it does not start
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { durable = true, log = () => {} } = options;
  const account = serverAccount();
  const folder = enterableFolder(options.folder, account);
  const data = join(folder, 'data');
  const binaries = findBinaries(folder, account);
  const credentials = readCredentials(folder);
  if (!existsSync(data)) {
    log(`creating a database in ${folder}`);
    await initialize(data, binaries, account, credentials);
  }
  const running = await findRunning(data, credentials);
  const port = running?.port ?? options.port ?? (await freePort(credentials.port));
  if (!running) await start(data, port, durable, binaries, account);
  log(`PostgreSQL ${running ? 'runs already' : 'started'} on 127.0.0.1:${port}`);
  keepCredentials(folder, { ...credentials, port });
  const user = running?.user ?? (await joinUsers(port, credentials));
  const end = async () => {
    if (user && (await leaveLast(user))) await runTool(binaries.control, ['stop', '-m', 'fast', '-w', '-t', '60', '-D', data], account);
    await user?.end();
  };
  let ending: Promise<void> | undefined;
  const stop = () => {
    ending ??= end();
    return ending;
  };
  try {
    await ensureRolesAndDatabase(credentials, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ownerUrl: ownerUrl(credentials, port),
    applicationUrl: applicationUrl(credentials, port),
    superuserUrl: superuserUrl(credentials, port),
    port,
    folder,
    reused: running !== undefined,
    stop,
  };
};
