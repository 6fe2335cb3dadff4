import { checkDisruption, checkEviction } from './checks/disruption';
import { checkIsolation, makeNamespaces } from './checks/isolation';
import { checkRunning } from './checks/running';
import { checkScaling } from './checks/scaling';
import { apply, kubectl } from './kubectl';
import { Report } from './report';
import { imageOf, subjects } from './systems';
import { provideVolumes } from './volumes';

const tell = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const imagesOf = (): string[] => [
  ...new Set(subjects.flatMap(({ yaml }) => [...yaml.matchAll(/^\s+image: (\S+)$/gm)].map(([, image = '']) => image))),
];

const run = async (): Promise<number> => {
  const report = new Report(tell);
  const image = imageOf(subjects[0]?.yaml ?? '');
  const made = await makeNamespaces();
  const removeVolumes = await provideVolumes(subjects, image);
  try {
    for (const { name, yaml } of subjects) {
      await report.check(name, 'dist/development applies as it is', async () => `${(await apply(yaml)).trim().split('\n').length} objects`);
    }
    for (const subject of subjects) {
      await checkRunning(report, subject);
      await checkIsolation(report, subject, image);
      await checkDisruption(report, subject);
      await checkEviction(report, subject);
    }
    const [first] = subjects;
    if (first) await checkScaling(report, first, image);
  } finally {
    if (!process.argv.includes('--keep')) {
      const namespaces = subjects.map(({ namespace }) => namespace);
      await kubectl(['delete', 'namespace', ...namespaces, '--ignore-not-found'], undefined, 300_000);
      await removeVolumes();
      if (made.length > 0) await kubectl(['delete', 'namespace', ...made, '--ignore-not-found'], undefined, 300_000);
    }
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
