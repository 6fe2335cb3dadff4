import { apply, forward, kubectl, list, type Pod, podsOf, until } from '../kubectl';
import { expectIntact, keys, type Node, nodesSeenBy, type RedisClusterSubject, shell, size, untilWhole, write } from '../redis-nodes';
import type { Report } from '../report';

/** What the API says of itself. */
interface Readiness {
  code: number;
  pod: string;
  checks: Record<string, string>;
}

const evict = (namespace: string, name: string): Promise<string> =>
  kubectl(
    ['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, '-f', '-'],
    JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }),
  );

const secondsSince = (start: number): number => Math.round((Date.now() - start) / 1_000);

/** That a Redis Cluster forms once, keeps what it was given through restarts of its pods, and lets nobody else in. */
export const checkRedisCluster = async (report: Report, subject: RedisClusterSubject): Promise<void> => {
  const { name, namespace, app } = subject;
  const pod = (index: number): string => `${app}-${index}`;
  const ids = (nodes: readonly Node[]): string => nodes.map(({ id }) => id).join();

  const formed = await report.check(name, 'Redis Cluster: six pods form one by themselves', async () => {
    const start = Date.now();
    await untilWhole(subject);
    const nodes = await nodesSeenBy(namespace, pod(0));
    const masters = nodes.filter(({ role, slots }) => role === 'master' && slots);
    if (masters.length !== 3 || nodes.length !== size) throw new Error(`${masters.length} masters of ${nodes.length} nodes`);
    await write(namespace, pod(0));
    await expectIntact(namespace, pod(5));
    return `whole after ${secondsSince(start)} s: ${masters.map(({ slots }) => slots).join(', ')}; ${keys} values written and read`;
  });
  if (!formed) return;

  await report.check(name, 'Redis Cluster: forming it again changes nothing', async () => {
    const before = JSON.stringify(await nodesSeenBy(namespace, pod(0)));
    await shell(namespace, pod(0), 'rm /data/formed');
    for (let index = 0; index < size; index += 1) await shell(namespace, pod(index), 'sh /scripts/cluster.sh tend');
    await until('the mark', 30, async () => (await shell(namespace, pod(0), 'ls /data')).includes('formed'));
    const after = JSON.stringify(await nodesSeenBy(namespace, pod(0)));
    if (after !== before) throw new Error(`${before} became ${after}`);
    return 'the same ids, addresses, roles and slots';
  });

  await report.check(name, 'Redis Cluster: six pods replaced one by one keep every value', async () => {
    const before = await nodesSeenBy(namespace, pod(0));
    const start = Date.now();
    for (let index = 0; index < size; index += 1) {
      await kubectl(['delete', 'pod', '-n', namespace, pod(index)], undefined, 120_000);
      // While it is away its replica has taken over, so that nothing is missed even before it is back.
      await expectIntact(namespace, pod((index + 1) % size));
      await untilWhole(subject);
    }
    const after = await nodesSeenBy(namespace, pod(0));
    await expectIntact(namespace, pod(0));
    if (ids(before) !== ids(after)) throw new Error(`${ids(before)} became ${ids(after)}`);
    return `${keys} values at every moment, ${secondsSince(start)} s for six, the same six ids`;
  });

  await report.check(name, 'Redis Cluster: all pods deleted at once, other addresses, every value kept', async () => {
    const before = await nodesSeenBy(namespace, pod(0));
    const start = Date.now();
    await kubectl(['delete', 'pods', '-n', namespace, '-l', `app=${app}`], undefined, 180_000);
    await untilWhole(subject);
    const after = await nodesSeenBy(namespace, pod(0));
    await expectIntact(namespace, pod(3));
    const kept = after.filter(({ address }) => before.some((node) => node.address === address)).length;
    if (ids(before) !== ids(after)) throw new Error(`${ids(before)} became ${ids(after)}`);
    if (kept === size) throw new Error('no address changed, so nothing was proved');
    return `whole ${secondsSince(start)} s after the order, ${size - kept} of ${size} addresses are others, ${keys} values`;
  });

  await report.check(name, 'Redis Cluster: the API stays ready while it is away, and uses it again', async () => {
    const { url, close } = await forward(namespace, `service/${subject.service.name}`, subject.service.port);
    try {
      const ask = async (): Promise<Readiness> => {
        const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
        return { ...((await response.json()) as Omit<Readiness, 'code'>), code: response.status };
      };
      const seen = new Set<string>();
      const untilRedis = (wanted: string): Promise<boolean> =>
        until(`redis ${wanted}`, 120, async () => {
          const { code, checks, pod: by } = await ask();
          seen.add(`${code} by ${by}`);
          return checks.redis === wanted;
        });
      await untilRedis('OK');
      const start = Date.now();
      await Promise.all([kubectl(['delete', 'pods', '-n', namespace, '-l', `app=${app}`], undefined, 180_000), untilRedis('FAILED')]);
      await untilRedis('OK');
      await untilWhole(subject);
      if ([...seen].some((answer) => !answer.startsWith('200'))) throw new Error([...seen].join(', '));
      return `${[...seen].join(', ')}; redis OK, FAILED, and OK again ${secondsSince(start)} s after all six were deleted`;
    } finally {
      close();
    }
  });

  await report.check(name, 'Redis Cluster: one pod at a time is evicted', async () => {
    await evict(namespace, pod(0));
    const second = await evict(namespace, pod(1)).then(
      () => 'let through',
      (error) => (String(error).includes('disruption budget') ? 'held back' : String(error)),
    );
    await untilWhole(subject);
    await expectIntact(namespace, pod(2));
    if (second !== 'held back') throw new Error(`the second eviction was ${second}`);
    return 'the second was held back, every value kept';
  });

  await report.check(name, 'Redis Cluster: the nodes reach each other on both ports, a stranger on none', async () => {
    const [target] = await podsOf(namespace, `app=${app}`);
    const address = target?.status.podIP as string;
    const from = target?.metadata.name === pod(1) ? pod(2) : pod(1);
    const connects = (by: string, port: number): Promise<boolean> =>
      shell(namespace, by, `timeout 3 bash -c 'exec 3<>/dev/tcp/${address}/${port}'`).then(
        () => true,
        () => false,
      );
    const stranger = `${app}-stranger`;
    await apply(JSON.stringify(strangerPod(subject, stranger)));
    try {
      await until('the stranger to run', 60, async () => {
        const [found] = await list<Pod>('pods', '-n', namespace, '--field-selector', `metadata.name=${stranger}`);
        return found?.status.phase === 'Running';
      });
      const open = { nodes: [] as number[], stranger: [] as number[] };
      for (const port of [6379, 16379]) {
        if (await connects(from, port)) open.nodes.push(port);
        if (await connects(stranger, port)) open.stranger.push(port);
      }
      if (open.nodes.length !== 2 || open.stranger.length > 0) throw new Error(JSON.stringify(open));
      return `6379 and 16379 between ${from} and ${target?.metadata.name}; neither from a pod of other labels`;
    } finally {
      await kubectl(['delete', 'pod', '-n', namespace, stranger, '--wait=false', '--grace-period=0', '--force']);
    }
  });
};

const strangerPod = ({ namespace, image }: RedisClusterSubject, name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: 'stranger' } },
  spec: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 999, runAsGroup: 999, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'stranger',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['sleep', '600'],
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});
