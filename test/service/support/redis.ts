import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port';

/** Debian's package redis-server; a test machine without it says so. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

if (!hasRedis) {
  const absent = 'redis-server is not on PATH: NOTHING of Redis was tested here. Install it: apt-get install redis-server';
  // Where servers are required, as in CI, a suite may not pass without its own.
  if (process.env.COUNTERPART_SERVERS === 'required') throw new Error(absent);
  console.warn(absent);
}

export interface TestRedis {
  url: string;
  port: number;
  stop(): Promise<void>;
  /** Begins again where it stopped: with what its folder has, else empty. */
  start(): Promise<void>;
  /** Keeps its connections and answers nothing, until `resume`. */
  hang(): void;
  resume(): void;
}

const answers = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  const open = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
  socket.destroy();
  return open;
};

/** @param folder keeps every write, also over a kill. @default - nothing is kept */
export const testRedis = async (folder?: string): Promise<TestRedis> => {
  const port = await freePort();
  const kept = folder ? { dir: folder, appendonly: 'yes' } : { appendonly: 'no' };
  const settings = { port, bind: '127.0.0.1', save: '', requirepass: 'p@ss/word', ...kept };
  const parameters = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn('redis-server', parameters, { stdio: 'ignore' });
    while (!(await answers(port))) await sleep(20);
  };
  await start();
  return {
    url: `redis://:${encodeURIComponent('p@ss/word')}@127.0.0.1:${port}`,
    port,
    start,
    hang: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    stop: async () => {
      if (!child) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      child = undefined;
      await ended;
    },
  };
};
