import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../service/support/free-port';
import type { Usage } from './usage';

export interface Child {
  url: string;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export interface Program {
  /** Compiled file, below build. */
  file: string;
  environment: Readonly<Record<string, string>>;
  /** Answers 200 as soon as there is something to measure. */
  readyPath: string;
}

const untilReady = async (child: ChildProcess, url: string, { file }: Program): Promise<void> => {
  for (let left = 600; ; left -= 1) {
    if (left === 0) throw new Error(`${file} was not ready within 30 s`);
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode} before it was ready`);
    const ready = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await sleep(50);
  }
};

/**
 * A server as a process of its own: its CPU is its own.
 * @param log file that gets its lines, as they would leave a container
 */
export const startChild = async (program: Program, log: string): Promise<Child> => {
  const port = await freePort();
  const build = join(__dirname, '..', '..');
  const { PATH = '' } = process.env;
  const child = spawn(
    process.execPath,
    // Ours as well, so that `node --cpu-prof` profiles every server.
    [...process.execArgv, '--require', join(__dirname, 'usage.js'), join(build, program.file)],
    {
      env: { PATH, ...program.environment, PORT: String(port), METRICS_PORT: String(await freePort()) },
      stdio: ['ignore', openSync(log, 'a'), 'inherit', 'ipc'],
    },
  );
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(child, `${url}${program.readyPath}`, program);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    url,
    usage: async () => {
      const answer = once(child, 'message');
      child.send('usage');
      const [usage] = await answer;
      return usage;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
};
