import { checkDisruption, checkEviction } from './checks/disruption';
import { checkIsolation, makeNamespaces } from './checks/isolation';
import { checkRedisCluster } from './checks/redis-cluster';
import { checkRunning } from './checks/running';
import { checkScaling } from './checks/scaling';
import { apply, kubectl } from './kubectl';
import { Report } from './report';
import { imageOf, type Subject, subjects, variation } from './systems';
import { provideVolumes } from './volumes';

const tell = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const imagesOf = (): string[] => [
  ...new Set(subjects.flatMap(({ yaml }) => [...yaml.matchAll(/^\s+image: (\S+)$/gm)].map(([, image = '']) => image))),
];

/** `--only NAME`: one system instead of all. */
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const chosen = subjects.filter(({ name }) => !only || name === only);

const scalesByRequests = ({ stack }: Subject): boolean => {
  const scale = stack.production.workloads?.api?.scale;
  return scale?.kind === 'range' && scale.requestsPerSecond !== undefined;
};

/** One system after the other: a small cluster has no room for all of them at once. */
const checkAll = async (report: Report, subject: Subject, image: string): Promise<void> => {
  const { name, namespace, yaml } = subject;
  const removeVolumes = await provideVolumes([subject], image);
  try {
    await report.check(name, 'dist/development applies as it is', async () => `${(await apply(yaml)).trim().split('\n').length} objects`);
    await checkRunning(report, subject);
    await checkIsolation(report, subject, image);
    await checkDisruption(report, subject);
    await checkEviction(report, subject);
    if (scalesByRequests(subject)) await checkScaling(report, subject, image);
  } finally {
    if (!process.argv.includes('--keep')) {
      await kubectl(['delete', 'namespace', namespace, '--ignore-not-found'], undefined, 300_000);
      await removeVolumes();
    }
  }
};

/** Production's Redis Cluster, in a test-only variation of development: six small pods. */
const checkCluster = async (report: Report, subject: Subject, image: string): Promise<void> => {
  const { cache } = subject.stack.base.dependencies;
  if (subject.stack.production.dependencies?.cache?.location?.kind !== 'redisCluster' || cache?.location.kind !== 'own') return;
  const { app, image: redis } = cache.location;
  const resources = { cpu: '20m', memory: '64Mi', limits: { memory: '128Mi' } } as const;
  const location = { kind: 'redisCluster', app, image: redis, resources, storage: '1Gi' } as const;
  const yaml = variation(subject, { dependencies: { cache: { ...cache, location } } });
  const removeVolumes = await provideVolumes([{ ...subject, yaml }], image);
  const { name, namespace, service } = subject;
  try {
    await apply(yaml);
    await checkRedisCluster(report, { name, namespace, app, image: redis, service });
  } finally {
    await kubectl(['delete', 'namespace', namespace, '--ignore-not-found'], undefined, 300_000);
    await removeVolumes();
  }
};

const run = async (): Promise<number> => {
  const report = new Report(tell);
  const made = await makeNamespaces();
  try {
    for (const subject of chosen) {
      const image = imageOf(subject.yaml);
      await report.check(subject.name, 'all checks were made', async () => {
        await checkAll(report, subject, image);
        await checkCluster(report, subject, image);
        return 'none broke off';
      });
    }
  } finally {
    if (made.length > 0) await kubectl(['delete', 'namespace', ...made, '--ignore-not-found'], undefined, 300_000);
  }
  tell(`\n${report.table()}\n`);
  return report.failed;
};

if (process.argv.includes('--images')) {
  for (const image of imagesOf()) tell(image);
} else {
  run().then(
    (failed) => {
      process.exitCode = failed > 0 ? 1 : 0;
    },
    (error: unknown) => {
      tell(String(error));
      process.exitCode = 1;
    },
  );
}
