import { apply, forward, isReady, kubectl, list, type Pod, podsOf, rolledOut, until } from '../kubectl';
import type { Report } from '../report';
import { documents, type Subject, selector, variation } from '../systems';

const statusOf = async (namespace: string, target: string, port: number, path: string): Promise<number> => {
  const { url, close } = await forward(namespace, target, port);
  try {
    return (await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5_000) })).status;
  } finally {
    close();
  }
};

const restarts = (pods: readonly Pod[]): number =>
  pods.reduce((sum, { status }) => sum + (status.containerStatuses?.reduce((inner, { restartCount }) => inner + restartCount, 0) ?? 0), 0);

const deploymentOf = (yaml: string): string =>
  documents(yaml)
    .filter(({ kind }) => kind === 'Deployment')
    .map((object) => JSON.stringify(object))
    .join('\n---\n');

/** What a change, an eviction, a wrong image and a lost database do to a running system. */
export const checkDisruption = async (report: Report, subject: Subject): Promise<void> => {
  const { name, namespace, deployment, database, ports } = subject;
  const ready = async (): Promise<Pod[]> => (await podsOf(namespace, selector(subject))).filter(isReady);

  await report.check(name, 'a change of configuration rolls the pods', async () => {
    const before = (await ready()).map(({ metadata }) => metadata.name);
    const file = subject.stack.base.file && { ...subject.stack.base.file, cache: { ttl: 301 } };
    await apply(variation(subject, file ? { file } : { config: { ENABLE_REQUEST_LOGGING: false } }));
    await rolledOut(namespace, deployment);
    const after = (await ready()).map(({ metadata }) => metadata.name);
    if (after.some((pod) => before.includes(pod))) throw new Error(`the same pod serves on: ${after.join(', ')}`);
    await apply(subject.yaml);
    await rolledOut(namespace, deployment);
    return `${before.join(', ')} became ${after.join(', ')}`;
  });

  await report.check(name, 'a wrong image stops the rollout, and the old pods serve', async () => {
    const before = (await ready()).map(({ metadata }) => metadata.name);
    await apply(deploymentOf(subject.yaml).replaceAll(/"image":"([^":]+):[^"]+"/g, '"image":"$1:does-not-exist"'));
    await until('the new pod to wait for its image', 60, async () =>
      (await podsOf(namespace, selector(subject))).some(({ status }) =>
        ['ErrImagePull', 'ImagePullBackOff'].includes(status.containerStatuses?.[0]?.state.waiting?.reason ?? ''),
      ),
    );
    const after = (await ready()).map(({ metadata }) => metadata.name);
    const status = await statusOf(namespace, `pod/${after[0]}`, ports.http, '/health/ready');
    await apply(subject.yaml);
    await rolledOut(namespace, deployment);
    if (before.some((pod) => !after.includes(pod)) || status !== 200)
      throw new Error(`${before.join()} became ${after.join()}, status ${status}`);
    return `${after.join(', ')} went on with ${status}`;
  });

  await report.check(name, 'a restart of the database: 503, then ready again, no pod restarted', async () => {
    const [pod] = await ready();
    if (!pod) throw new Error('no pod is ready');
    const readiness = () => statusOf(namespace, `pod/${pod.metadata.name}`, ports.http, '/health/ready').catch(() => 0);
    await kubectl(['scale', '-n', namespace, `statefulset/${database.workload}`, '--replicas=0']);
    await until('readiness 503', 60, async () => (await readiness()) === 503);
    const live = await statusOf(namespace, `pod/${pod.metadata.name}`, ports.http, '/health');
    await kubectl(['scale', '-n', namespace, `statefulset/${database.workload}`, '--replicas=1']);
    const start = Date.now();
    await until('readiness 200', 120, async () => (await readiness()) === 200);
    const after = await podsOf(namespace, selector(subject));
    if (restarts(after) > 0 || live !== 200) throw new Error(`${restarts(after)} restarts, liveness ${live}`);
    return `503, liveness ${live} meanwhile, 200 again ${Math.round((Date.now() - start) / 1_000)} s after the server was started`;
  });
};

interface Budget {
  status: { disruptionsAllowed: number };
}

const evict = (pod: Pod, namespace: string): Promise<string> =>
  kubectl(
    ['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/eviction`, '-f', '-'],
    JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod.metadata.name, namespace } }),
  );

/** Needs two replicas or more: every pod is evicted in turn, and the budget holds back a second eviction. */
export const checkEviction = async (report: Report, subject: Subject): Promise<void> => {
  const { name, namespace, deployment } = subject;
  await report.check(name, 'every pod evicted in turn, one at a time', async () => {
    const replicas = 3;
    await apply(variation(subject, { workloads: { api: { scale: { kind: 'fixed', replicas } } } }));
    await rolledOut(namespace, deployment);
    const pods = await until('three ready pods', 120, async () => {
      const found = (await podsOf(namespace, selector(subject))).filter(isReady);
      return found.length === replicas ? found : undefined;
    });
    let heldBack = 0;
    for (const pod of pods) {
      await until('the budget to allow one', 120, async () => {
        const [budget] = await list<Budget>('pdb', '-n', namespace);
        return (budget?.status.disruptionsAllowed ?? 0) > 0;
      });
      await evict(pod, namespace);
      const other = (await podsOf(namespace, selector(subject)))
        .filter(isReady)
        .find(({ metadata }) => metadata.name !== pod.metadata.name);
      // The pod that replaces the first is not ready yet, so a second that serves may not go.
      if (other)
        heldBack += await evict(other, namespace).then(
          () => 0,
          (error) => (String(error).includes('disruption budget') ? 1 : 0),
        );
    }
    await rolledOut(namespace, deployment);
    if (heldBack !== pods.length) throw new Error(`only ${heldBack} of ${pods.length} second evictions were held back`);
    return `${pods.length} evicted, ${heldBack} second evictions held back`;
  });
};
