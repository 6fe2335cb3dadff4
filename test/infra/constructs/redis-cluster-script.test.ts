import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { redisClusterScript } from '../../../infra/constructs/redis-cluster-script';
import { hasRedis } from '../../service/support/redis';
import { clusterPassword, redisCli, redisNodes, type TestRedisCluster, untilWhole } from '../../service/support/redis-cluster';

jest.setTimeout(90_000);

// Pods that move are addresses of the loopback network that change, which Linux alone has without being asked.
const runs = hasRedis && process.platform === 'linux';

(runs ? describe : describe.skip)('the script of a Redis Cluster, on six real servers', () => {
  const home = mkdtempSync(join(tmpdir(), 'counterpart-redis-script-'));
  const script = join(home, 'cluster.sh');
  let cluster: TestRedisCluster;

  beforeAll(async () => {
    writeFileSync(script, redisClusterScript);
    cluster = await redisNodes(['sh', script, 'start', 'redis-server'], (index, all, folder) => ({
      NODES: all.join(' '),
      POD_NAME: `redis-${index}`,
      FORMED: join(folder, 'formed'),
      REDISCLI_AUTH: clusterPassword,
    }));
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  });

  interface Node {
    id: string;
    address: string;
    flags: string;
    master: string;
    slots: string;
  }

  const seenBy = async (port: number): Promise<Node[]> =>
    (await redisCli(port, 'cluster', 'nodes'))
      .split('\n')
      .map((line) => line.trim().split(' '))
      .map(([id = '', address = '', flags = '', master = '', , , , , ...slots]) => ({
        id,
        address,
        flags: flags.replace('myself,', ''),
        master,
        slots: slots.join(' '),
      }))
      .sort((a, b) => a.id.localeCompare(b.id));

  const first = () => cluster.nodes[0]?.port as number;
  const keys = Array.from({ length: 30 }, (_, n) => `key-${n}`);
  const atAnyNode = (...command: string[]) => redisCli(first(), '-c', ...command);
  const values = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const key of keys) found.push(await atAnyNode('get', key));
    return found;
  };
  const restartAll = async (network?: string): Promise<void> => {
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    if (network) cluster.moveTo(network);
    await Promise.all(cluster.nodes.map((node) => node.start()));
  };

  /** Whole may be what a node remembers. So until each sees each, and where they are now. */
  const untilReunited = async (network: string): Promise<void> => {
    for (;;) {
      await untilWhole(cluster);
      const views = await Promise.all(cluster.nodes.map(({ port }) => redisCli(port, 'cluster', 'nodes').catch(() => '')));
      const seen = views.flatMap((view) => view.split('\n').map((line) => line.trim().split(' ')));
      const sound = ([, address = '', flags = 'fail', , , , , link]: string[]): boolean =>
        address.startsWith(`${network}.`) && !flags.includes('fail') && link === 'connected';
      if (seen.every(sound)) return;
      await sleep(100);
    }
  };

  test('six empty servers become three masters with all slots and a replica of each, by themselves', async () => {
    while (!existsSync(join(cluster.nodes[0]?.folder as string, 'formed'))) await sleep(100);
    await untilWhole(cluster);
    const nodes = await seenBy(first());
    const masters = nodes.filter(({ flags }) => flags === 'master');
    expect(masters.map(({ slots }) => slots).sort()).toEqual(['0-5460', '10923-16383', '5461-10922']);
    const replicated = nodes.filter(({ flags }) => flags === 'slave').map(({ master }) => master);
    expect(replicated.sort()).toEqual(masters.map(({ id }) => id).sort());
    for (const key of keys) await atAnyNode('set', key, `value of ${key}`);
  });

  test('once formed, further rounds change nothing, even where the mark is lost', async () => {
    const before = await seenBy(first());
    rmSync(join(cluster.nodes[0]?.folder as string, 'formed'));
    while (!existsSync(join(cluster.nodes[0]?.folder as string, 'formed'))) await sleep(100);
    await sleep(3_500);
    expect(await seenBy(first())).toEqual(before);
  });

  test('all stopped at once and started at other addresses, they find each other and have kept every value', async () => {
    const before = (await seenBy(first())).map(({ id }) => id);
    // More than once: in which order they hear of each other is another every time.
    for (const network of ['127.0.7', '127.0.8', '127.0.9']) {
      await restartAll(network);
      await untilReunited(network);
      const after = await seenBy(first());
      expect(after.map(({ id }) => id)).toEqual(before);
      expect(after.every(({ address }) => address.startsWith(`${network}.`))).toBe(true);
    }
    expect(await values()).toEqual(keys.map((key) => `value of ${key}`));
  });

  test('a master that is asked to leave hands its slots to its replica', async () => {
    const index = (await Promise.all(cluster.nodes.map(async ({ port }) => (await redisCli(port, 'role')).startsWith('master')))).indexOf(
      true,
    );
    const { port } = cluster.nodes[index] as { port: number };
    const { status } = spawnSync('sh', [script, 'leave'], {
      env: {
        ...process.env,
        NODES: cluster.nodes.map((node) => `127.0.0.1:${node.port}`).join(' '),
        POD_NAME: `redis-${index}`,
        FORMED: '/nowhere',
        REDISCLI_AUTH: clusterPassword,
      },
    });
    expect(status).toBe(0);
    expect((await redisCli(port, 'role')).split('\n')[0]).toBe('slave');
    await untilWhole(cluster);
  });

  test('a first node that lost its volume forms nothing with the others, which go on', async () => {
    const [lost, other] = cluster.nodes;
    if (!lost || !other) throw new Error('too few nodes');
    const before = (await seenBy(other.port)).map(({ id }) => id);
    await lost.stop();
    rmSync(lost.folder, { recursive: true });
    mkdirSync(lost.folder);
    await lost.start();
    await sleep(7_000);
    expect(await seenBy(lost.port)).toHaveLength(1);
    expect((await seenBy(other.port)).map(({ id }) => id)).toEqual(before);
    expect(await redisCli(other.port, 'cluster', 'info')).toContain('cluster_state:ok');
  });
});
