import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');

export interface Script {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Code of the exit, or the signal that ended it. */
  ended: Promise<number | string>;
  /** Resolves with the match as soon as stdout has one; rejects when the process ends without. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

const running: Script[] = [];

/** Node on our TypeScript sources, without a build: arguments as for `node`. */
export const runScript = (args: readonly string[], options: SpawnOptions = {}): Script => {
  const child = spawn(process.execPath, ['--require', join(__dirname, 'typescript.js'), ...args], {
    cwd: root,
    ...options,
    env: { PATH: process.env.PATH ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    text.stdout += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  const printed = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(text.stdout);
      if (match) return match;
      if (child.exitCode !== null || child.signalCode !== null) {
        await ended;
        throw new Error(`ended without printing ${pattern}: ${text.stdout}${text.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const script = { child, stdout: () => text.stdout, stderr: () => text.stderr, ended, printed };
  running.push(script);
  return script;
};

/** Path of a source of the service, for `runScript`. */
export const source = (name: string): string => join(root, 'service', name);

/** Ends what a failed test left. */
export const endScripts = async (): Promise<void> => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
};
