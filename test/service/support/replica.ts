import { appendFileSync, chmodSync, chownSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Account, serverAccount } from '../../../service/embedded/account';
import { findBinaries } from '../../../service/embedded/binaries';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../service/embedded/postgres';
import { runTool } from '../../../service/embedded/tool';
import { freePort } from './free-port';
import { query } from './postgres';
import { scratchFolder } from './shared-server';

export interface ReplicatedDatabase {
  primary: EmbeddedPostgres;
  /** Role of the API, on the replica. */
  replicaUrl: string;
  /** What the primary commits from now on stays unseen on the replica. */
  pause(): Promise<void>;
  /** Resolves when the replica shows all that the primary has committed. */
  resume(): Promise<void>;
  /** At once: connections are cut. Nothing to do when it is stopped. */
  stopReplica(): Promise<void>;
  /** Nothing to do when it runs. */
  startReplica(): Promise<void>;
  close(): Promise<void>;
}

const at = (url: string, port: number): string => Object.assign(new URL(url), { port: String(port) }).toString();

const until = async (url: string, condition: string, values: unknown[] = []): Promise<void> => {
  while (!(await query<{ met: boolean }>(url, `SELECT ${condition} AS met`, values))[0]?.met) await sleep(20);
};

const giveTo = (account: Account | undefined, folder: string): void => {
  if (!account) return;
  for (const path of ['', ...(readdirSync(folder, { recursive: true }) as string[])]) {
    chownSync(join(folder, path), account.uid, account.gid);
  }
};

/** A copy of the running server that goes on as its standby: a base backup through the low-level API, since the binaries have no pg_basebackup. */
const copyServer = async ({ superuserUrl, folder }: EmbeddedPostgres, copy: string): Promise<void> => {
  const { hostname, port, username, password } = new URL(superuserUrl);
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('standby', fast => true)`);
    const data = join(folder, 'data');
    const left = ['postmaster.pid', 'postmaster.opts', 'server.log'].map((name) => join(data, name));
    cpSync(data, copy, { recursive: true, filter: (path) => !left.includes(path) && !path.startsWith(join(data, 'pg_wal/')) });
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)');
    writeFileSync(join(copy, 'backup_label'), (rows[0] as { labelfile: string }).labelfile);
  } finally {
    await client.end();
  }
  mkdirSync(join(copy, 'pg_wal'), { recursive: true });
  writeFileSync(join(copy, 'standby.signal'), '');
  const upstream = `host=${hostname} port=${port} user=${username} password=${password} sslmode=disable`;
  // Defaults of five and thirty seconds, which tests would wait for.
  appendFileSync(
    join(copy, 'postgresql.auto.conf'),
    `primary_conninfo = '${upstream}'\nwal_retrieve_retry_interval = '100ms'\nmax_standby_streaming_delay = '50ms'\n`,
  );
};

/** A primary and a replica that streams from it, for the caller alone; neither is migrated. */
export const replicatedDatabase = async (): Promise<ReplicatedDatabase> => {
  const account = serverAccount();
  const primary = await startEmbeddedPostgres({ folder: scratchFolder(), durable: false });
  const folder = scratchFolder();
  const data = join(folder, 'data');
  await copyServer(primary, data);
  giveTo(account, data);
  chmodSync(data, 0o700);
  const { control } = findBinaries(folder, account);
  const port = await freePort();
  const superuser = at(primary.superuserUrl, port);
  const flags = Object.entries({ port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' });
  const options = flags.map(([name, value]) => `-c ${name}=${value}`).join(' ');
  let running = false;
  const startReplica = async (): Promise<void> => {
    if (running) return;
    await runTool(control, ['start', '-w', '-t', '60', '-D', data, '-l', join(data, 'server.log'), '-o', options], account);
    running = true;
  };
  const stopReplica = async (): Promise<void> => {
    if (!running) return;
    running = false;
    await runTool(control, ['stop', '-m', 'immediate', '-w', '-D', data], account);
  };
  await startReplica();
  return {
    primary,
    replicaUrl: at(primary.applicationUrl, port),
    pause: async () => {
      await query(superuser, 'SELECT pg_wal_replay_pause()');
      await until(superuser, `pg_get_wal_replay_pause_state() = 'paused'`);
    },
    resume: async () => {
      const [end] = await query<{ lsn: string }>(primary.superuserUrl, 'SELECT pg_current_wal_insert_lsn()::text AS lsn');
      await query(superuser, 'SELECT pg_wal_replay_resume()');
      await until(superuser, 'pg_last_wal_replay_lsn() >= $1::pg_lsn', [end?.lsn]);
    },
    stopReplica,
    startReplica,
    close: async () => {
      await stopReplica();
      await primary.stop();
    },
  };
};
