import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Meta {
  name: string;
  namespace?: string;
  uid?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface Pod {
  metadata: Meta & { deletionTimestamp?: string };
  spec: { containers: { name: string; image: string }[] };
  status: {
    phase: string;
    startTime?: string;
    podIP?: string;
    conditions?: { type: string; status: string; lastTransitionTime?: string }[];
    containerStatuses?: { restartCount: number; ready: boolean; state: Record<string, { reason?: string }> }[];
  };
}

/** Runs kubectl with the current KUBECONFIG. @throws Error with what kubectl said */
export const kubectl = (args: readonly string[], input?: string, timeout = 120_000): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = execFile('kubectl', [...args], { timeout, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`kubectl ${args.slice(0, 6).join(' ')}: ${stderr.trim() || error.message}`));
      else resolve(stdout);
    });
    child.stdin?.end(input);
  });

export const get = async <T>(...args: string[]): Promise<T> => JSON.parse(await kubectl(['get', ...args, '-o', 'json'])) as T;

export const list = async <T>(...args: string[]): Promise<T[]> => (await get<{ items: T[] }>(...args)).items;

/** Applies objects as they are; strict, so that an unknown field fails. */
export const apply = (yaml: string): Promise<string> => kubectl(['apply', '--validate=strict', '-f', '-'], yaml);

/** Runs a program of Node in a pod and reads the JSON that it prints. */
export const runIn = async <T>(namespace: string, pod: string, program: string, ...args: string[]): Promise<T> =>
  JSON.parse(await kubectl(['exec', '-n', namespace, pod, '--', 'node', '-e', program, '--', ...args], undefined, 180_000)) as T;

/** Asks until the answer is there. @throws Error that names what was waited for, and the last reason */
export const until = async <T>(what: string, seconds: number, ask: () => Promise<T | undefined | false>): Promise<T> => {
  const end = Date.now() + seconds * 1_000;
  let reason = '';
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      reason = String(error);
    }
    await sleep(500);
  }
  throw new Error(`waited ${seconds} s for ${what}${reason ? `; ${reason}` : ''}`);
};

export const podsOf = async (namespace: string, labels: string): Promise<Pod[]> =>
  (await list<Pod>('pods', '-n', namespace, '-l', labels)).filter(({ metadata }) => !metadata.deletionTimestamp);

export const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;

export const rolledOut = (namespace: string, deployment: string, seconds = 180): Promise<string> =>
  kubectl(['rollout', 'status', '-n', namespace, `deployment/${deployment}`, `--timeout=${seconds}s`], undefined, (seconds + 10) * 1_000);

export interface Forward {
  url: string;
  close(): void;
}

/** A way from this machine to a pod or Service, whatever the cluster's network is. */
export const forward = async (namespace: string, target: string, port: number): Promise<Forward> => {
  const child: ChildProcess = spawn('kubectl', ['port-forward', '-n', namespace, target, `:${port}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const line = await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data').then(([chunk]) => String(chunk)),
    once(child, 'exit').then(() => {
      throw new Error(`port-forward to ${target}: ${said.join('')}`);
    }),
  ]);
  const local = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
  return { url: `http://127.0.0.1:${local}`, close: () => child.kill() };
};
