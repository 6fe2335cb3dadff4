import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port';

const run = promisify(execFile);

export const clusterPassword = 'p@ss/word';

export interface TestRedisNode {
  port: number;
  /** Its volume. */
  folder: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestRedisCluster {
  /** Masters first, as long as nothing fails over. */
  nodes: readonly TestRedisNode[];
  /** The next starts are at addresses of another network, as pods get them: `127.0.7` gives 127.0.7.1 to the first. Linux only. */
  moveTo(network: string): void;
  /** `redis-cli` at the first node that runs. */
  ask(...command: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** The bus of a node is at 10000 more, which has to be a port as well. */
const freePortWithBus = async (): Promise<number> => {
  for (;;) {
    const port = await freePort();
    if (port + 10_000 < 65_536) return port;
  }
};

export const redisCli = async (port: number, ...command: string[]): Promise<string> =>
  (
    await run('redis-cli', ['-e', '-p', String(port), ...command], { env: { ...process.env, REDISCLI_AUTH: clusterPassword } })
  ).stdout.trim();

const answers = (port: number): Promise<boolean> =>
  redisCli(port, 'ping').then(
    (text) => text === 'PONG',
    () => false,
  );

interface Start {
  port: number;
  folder: string;
  /** Beside the loopback address, which all have. */
  address: () => string;
  /** Command line before the settings. */
  command: readonly string[];
  environment: () => NodeJS.ProcessEnv;
}

const settings = ({ port, folder, address }: Start): string[] =>
  Object.entries({
    port,
    bind: [...new Set(['127.0.0.1', address()])].join(' '),
    dir: folder,
    save: '',
    appendonly: 'yes',
    requirepass: clusterPassword,
    masterauth: clusterPassword,
    'repl-diskless-sync-delay': 0,
    'cluster-enabled': 'yes',
    'cluster-config-file': 'nodes.conf',
    // Shorter, and a machine that is busy has masters fail over which nobody stopped.
    'cluster-node-timeout': 3_000,
    'cluster-require-full-coverage': 'no',
    'cluster-announce-ip': address(),
    'cluster-announce-hostname': 'localhost',
    'cluster-preferred-endpoint-type': 'hostname',
  }).flatMap(([name, value]) => [`--${name}`, String(value)]);

const nodeAt = (start: Start): TestRedisNode => {
  let child: ChildProcess | undefined;
  return {
    port: start.port,
    folder: start.folder,
    start: async () => {
      const [program = '', ...parameters] = start.command;
      child = spawn(program, [...parameters, ...settings(start)], {
        stdio: 'ignore',
        env: { ...process.env, ...start.environment() },
        // A group of its own: a start script leaves a loop beside the server.
        detached: true,
      });
      while (!(await answers(start.port))) await sleep(50);
    },
    stop: async () => {
      if (!child) return;
      const ended = once(child, 'exit');
      process.kill(-(child.pid as number), 'SIGKILL');
      child = undefined;
      await ended;
    },
  };
};

/**
 * Six running servers with their volumes, not yet a cluster.
 * @param command command line before the settings
 * @param environment what the process gets besides, by its number and the host:port of all
 */
export const redisNodes = async (
  command: readonly string[] = ['redis-server'],
  environment: (index: number, all: readonly string[], folder: string) => NodeJS.ProcessEnv = () => ({}),
): Promise<TestRedisCluster> => {
  const root = mkdtempSync(join(tmpdir(), 'counterpart-redis-'));
  const ports: number[] = [];
  while (ports.length < 6) {
    const port = await freePortWithBus();
    if (!ports.includes(port)) ports.push(port);
  }
  let network: string | undefined;
  const addressOf = (index: number): string => (network ? `${network}.${index + 1}` : '127.0.0.1');
  const nodes = ports.map((port, index) => {
    const folder = join(root, String(index));
    mkdirSync(folder);
    const all = () => ports.map((other, at) => `${addressOf(at)}:${other}`);
    return nodeAt({ port, folder, command, address: () => addressOf(index), environment: () => environment(index, all(), folder) });
  });
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await Promise.all(nodes.map((node) => node.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    nodes,
    stop,
    moveTo: (to) => {
      network = to;
    },
    ask: async (...words) => {
      for (const { port } of nodes) if (await answers(port)) return redisCli(port, ...words);
      throw new Error('no node of the cluster answers');
    },
  };
};

/** Whether a node sees every slot served, and has what its master has: only then can it take over. */
const isWhole = async ({ port }: TestRedisNode): Promise<boolean> => {
  const [info, replication] = await Promise.all([redisCli(port, 'cluster', 'info'), redisCli(port, 'info', 'replication')]);
  const follows = !replication.includes('role:slave') || replication.includes('master_link_status:up');
  return follows && /cluster_state:ok[\s\S]*cluster_slots_ok:16384/.test(info);
};

/** Waits until all nodes that run agree that the cluster is whole: each finds out for itself, and refuses commands until then. */
export const untilWhole = async ({ nodes }: TestRedisCluster): Promise<void> => {
  for (;;) {
    const running = await Promise.all(nodes.map(async (node) => ((await answers(node.port)) ? isWhole(node).catch(() => false) : true)));
    if (running.every(Boolean)) return;
    await sleep(100);
  }
};

/** Three masters and three replicas on this machine. */
export const testRedisCluster = async (): Promise<TestRedisCluster> => {
  const cluster = await redisNodes();
  const addresses = cluster.nodes.map(({ port }) => `127.0.0.1:${port}`);
  await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'], {
    env: { ...process.env, REDISCLI_AUTH: clusterPassword },
  });
  await untilWhole(cluster);
  return cluster;
};
