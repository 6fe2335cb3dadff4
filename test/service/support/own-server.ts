import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '../../../service/database/migrations';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../service/embedded/postgres';
import { query } from './postgres';
import { scratchFolder } from './shared-server';

/** A migrated server for the caller alone, which keeps what it has acknowledged. */
export interface OwnServer extends Pick<EmbeddedPostgres, 'applicationUrl' | 'superuserUrl' | 'port'> {
  /** As a machine does that loses its power: no transaction ends, nobody is told. */
  kill(): Promise<void>;
  /** Recovers from its log. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

export const ownServer = async (): Promise<OwnServer> => {
  const folder = scratchFolder();
  let server = await startEmbeddedPostgres({ folder });
  await migrate({ url: server.ownerUrl, applicationRole: 'counterpart_app' });
  const { port, applicationUrl, superuserUrl } = server;
  return {
    port,
    applicationUrl,
    superuserUrl,
    kill: async () => {
      const connections = await query<{ pid: number }>(superuserUrl, 'SELECT pid FROM pg_stat_activity');
      const postmaster = Number(readFileSync(join(server.folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
      process.kill(postmaster, 'SIGKILL');
      // They notice by themselves, and hold the memory that the next server needs.
      while ([postmaster, ...connections.map(({ pid }) => pid)].some(isAlive)) await sleep(20);
    },
    start: async () => {
      server = await startEmbeddedPostgres({ folder, port });
    },
    stop: () => server.stop(),
  };
};
