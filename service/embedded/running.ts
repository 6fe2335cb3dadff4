import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Credentials } from './credentials';
import { connect, superuserUrl } from './roles';

interface Left {
  pid: number;
  port: number;
}

/** What the pid file says; its lines are: process, data folder, start, port. */
const readPidFile = (data: string): Left | undefined => {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
};

/** Existing counts even when it is not ours to signal. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

// Shared by all processes that use a server, exclusive for the one that stops it. The server drops it with the
// connection, however the process ends.
const lock = 5432;

/** Joins those who use the server; undefined when it is being stopped. The connection stays open meanwhile. */
export const joinUsers = async (port: number, credentials: Credentials): Promise<Client | undefined> => {
  const client = await connect(superuserUrl(credentials, port));
  const { rows } = await client.query<{ joined: boolean }>('SELECT pg_try_advisory_lock_shared($1) AS joined', [lock]);
  if (rows[0]?.joined) return client;
  await client.end();
  return undefined;
};

/** Whether nobody else uses the server; nobody can join any more when so. */
export const leaveLast = async (user: Client): Promise<boolean> => {
  await user.query('SELECT pg_advisory_unlock_shared($1)', [lock]);
  const { rows } = await user.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [lock]);
  return rows[0]?.last === true;
};

/** Joins the server on the port if it is that of this data folder; another one there refuses our password, at the latest. */
const joinIfOurs = async (data: string, port: number, credentials: Credentials): Promise<Client | undefined> => {
  try {
    const client = await joinUsers(port, credentials);
    const { rows } = (await client?.query<{ data_directory: string }>('SHOW data_directory')) ?? { rows: [] };
    if (rows[0]?.data_directory === data) return client;
    await client?.end();
  } catch {
    // Starting, stopping, or somebody else's: looked at again.
  }
  return undefined;
};

/** Command line of a process; empty for a dead one that its parent has not noticed, undefined when it cannot be told. */
const commandOf = (pid: number): string | undefined => {
  if (process.platform !== 'linux') return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? undefined;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

/**
 * Process numbers are given out again: the one in the file may by now be anybody's. Any PostgreSQL counts as the server,
 * since a second one on the same files would destroy them, and ours may run under an older name of the folder.
 */
const isSomebodyElse = (pid: number): boolean => {
  const command = commandOf(pid);
  return command !== undefined && !/[\\/]postgres(\.exe)?"?[\0 ]-D[\0 ]/.test(command);
};

export interface Running {
  port: number;
  user: Client;
}

/**
 * The server that an earlier process of ours left running on the data folder, after a `kill -9` for example, or that another one
 * uses right now. A pid file without its process is removed.
 * @throws Error when a process holds the folder and does not answer within 20 s (recovery after a crash takes a while)
 */
export const findRunning = async (data: string, credentials: Credentials): Promise<Running | undefined> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const left = readPidFile(data);
    if (!left) return undefined;
    if (!isAlive(left.pid) || isSomebodyElse(left.pid)) {
      rmSync(join(data, 'postmaster.pid'), { force: true });
      return undefined;
    }
    const user = left.port ? await joinIfOurs(data, left.port, credentials) : undefined;
    if (user) return { port: left.port, user };
    await sleep(200);
  }
  throw new Error(
    `Process ${readPidFile(data)?.pid} holds ${data} but does not answer. If it is no PostgreSQL, delete ${join(data, 'postmaster.pid')}; else end it.`,
  );
};
