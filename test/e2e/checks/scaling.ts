import type { Scale } from '../../../infra/model/system';
import { apply, get, kubectl, podsOf, rolledOut, runIn, until } from '../kubectl';
import { startProbers, stopProbers } from '../probers';
import { type LoadResult, loadProgram } from '../programs/load';
import type { Report } from '../report';
import { type Subject, selector, variation } from '../systems';

interface Autoscaler {
  status: { currentReplicas: number; desiredReplicas: number; conditions?: { type: string; status: string; message: string }[] };
}

const quick = {
  up: { stabilizationSeconds: 0, select: 'Max', policies: [{ type: 'Pods', value: 2, periodSeconds: 15 }] },
  down: { stabilizationSeconds: 15, select: 'Max', policies: [{ type: 'Pods', value: 2, periodSeconds: 15 }] },
} as const;

const served = async (api: string): Promise<boolean> =>
  (await kubectl(['get', 'apiservices', '-o', 'name'])).split('\n').includes(`apiservice.apiregistration.k8s.io/${api}`);

interface PodMetrics {
  items: { metadata: { name: string }; containers: { usage: { memory: string } }[] }[];
}

/** The most memory that a pod of the Deployment uses now, where the cluster knows. */
const memoryOf = async (namespace: string, deployment: string): Promise<string> => {
  if (!(await served('v1beta1.metrics.k8s.io'))) return 'memory not known';
  const { items } = JSON.parse(await kubectl(['get', '--raw', `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`])) as PodMetrics;
  const ours = items.filter(({ metadata }) => metadata.name.startsWith(`${deployment}-`) && !metadata.name.includes('-migrate-'));
  const mebibytes = ours.map(({ containers }) => Number.parseInt(containers[0]?.usage.memory ?? '0', 10) / 1_024);
  return `at most ${Math.round(Math.max(0, ...mebibytes))} MiB a pod`;
};

/** Scales up under load and back without it, by one metric. */
const upAndDown = async (subject: Subject, scale: Scale & { kind: 'range' }): Promise<string> => {
  const { namespace, deployment } = subject;
  const autoscaler = () => get<Autoscaler>('hpa', 'api-hpa', '-n', namespace);
  await apply(variation(subject, { workloads: { api: { scale, callers: [{ app: 'frontend' }] } } }));
  await rolledOut(namespace, deployment);
  await until('the metric to be known', 180, async () =>
    (await autoscaler()).status.conditions?.some(({ type, status }) => type === 'ScalingActive' && status === 'True'),
  );
  // What the load before left in the rate has to be forgotten first.
  await until('the least pods before the load', 180, async () => (await autoscaler()).status.currentReplicas === scale.min);
  const load = runIn<LoadResult>(
    namespace,
    'prober-frontend',
    loadProgram({ url: `http://${subject.service.name}:${subject.service.port}/healthz/detailed`, clients: 40, rate: 1_000, seconds: 75 }),
  );
  const start = Date.now();
  const most = await until(`${scale.max} pods`, 100, async () => {
    const { status } = await autoscaler();
    return status.currentReplicas >= scale.max ? status.currentReplicas : undefined;
  });
  const up = Math.round((Date.now() - start) / 1_000);
  const memory = await memoryOf(namespace, deployment);
  const { requests, failed } = await load;
  const ended = Date.now();
  await until(`${scale.min} pod again`, 240, async () => (await podsOf(namespace, selector(subject))).length === scale.min);
  return `${scale.min} to ${most} pods in ${up} s under load (${requests} requests, ${failed} failed, ${memory}), back ${Math.round((Date.now() - ended) / 1_000)} s after it`;
};

/** An autoscaler is none of development's: a test-only variation of the same stack has one. */
export const checkScaling = async (report: Report, subject: Subject, image: string): Promise<void> => {
  const { name, namespace } = subject;
  const frontend = [{ name: 'frontend', namespace, labels: { app: 'frontend' } }];
  try {
    await startProbers(frontend, image);
    if (await served('v1beta1.metrics.k8s.io')) {
      await report.check(name, 'autoscaler: up and down on CPU', () =>
        upAndDown(subject, { kind: 'range', min: 1, max: 3, cpu: 20, behavior: quick }),
      );
    } else await report.check(name, 'autoscaler: up and down on CPU', async () => 'not tried: the cluster serves no metrics.k8s.io');
    if (await served('v1beta1.custom.metrics.k8s.io')) {
      await report.check(name, 'autoscaler: up and down on http_requests_per_second', () =>
        upAndDown(subject, { kind: 'range', min: 1, max: 3, requestsPerSecond: 50, behavior: quick }),
      );
    } else
      await report.check(name, 'autoscaler: up and down on http_requests_per_second', async () => 'not tried: no custom.metrics.k8s.io');
  } finally {
    await stopProbers([namespace]);
    await kubectl(['delete', 'hpa', '-n', namespace, '--all', '--ignore-not-found']);
  }
};
