import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Environment, environmentOf } from './app';
import { freePort } from './free-port';

const root = join(__dirname, '..', '..', '..');

export interface ServiceProcess {
  child: ChildProcess;
  port: number;
  metricsPort: number;
  url: string;
  stdout(): string;
  stderr(): string;
  /** Code of the exit, or the signal that ended it. */
  ended: Promise<number | string>;
}

const running: ServiceProcess[] = [];

/** `node service/server.ts` with this environment and nothing else of ours. */
export const startService = async (given: Environment): Promise<ServiceProcess> => {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const environment = environmentOf({ NODE_ENV: 'production', PORT: String(port), METRICS_PORT: String(metricsPort), ...given });
  const child = spawn(process.execPath, ['--require', join(__dirname, 'typescript.js'), join(root, 'service', 'server.ts')], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    text.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  const service = {
    child,
    port,
    metricsPort,
    url: `http://127.0.0.1:${port}`,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    ended,
  };
  running.push(service);
  return service;
};

export const untilReady = async ({ url, child, stdout, stderr }: ServiceProcess): Promise<void> => {
  for (;;) {
    const ready = await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    if (child.exitCode !== null) throw new Error(`exited with ${child.exitCode}: ${stdout()}${stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

export const endServices = async (): Promise<void> => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
};
