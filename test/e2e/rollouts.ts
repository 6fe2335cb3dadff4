import { setTimeout as sleep } from 'node:timers/promises';
import { provideCertificate } from './certificate';
import { makeNamespaces } from './checks/isolation';
import { apply, kubectl, list, type Pod, rolledOut, runIn, until } from './kubectl';
import { startProbers, stopProbers } from './probers';
import { type LoadResult, loadProgram } from './programs/load';
import { documents, imageOf, type Manifest, type Subject, selector, subjects, variation } from './systems';
import { tokenFor } from './tokens';
import { provideVolumes } from './volumes';

const subject = subjects.find(({ name }) => name === 'itellico-api') as Subject;
const { namespace, deployment } = subject;

const option = (name: string, usual: number): number => {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? usual : Number(process.argv[index + 1]);
};

const host = 'development.api.itellico.com';
const rate = option('rate', 100);
const rollouts = option('rollouts', 10);

interface Container {
  command: string[];
  lifecycle?: object;
  readinessProbe: { httpGet: { path: string } };
}

type Change = (container: Container) => void;

/** Takes the header away below the service, which has no switch for it. */
const withoutConnectionClose = `import { ServerResponse } from 'node:http';
const { writeHead, setHeader } = ServerResponse.prototype;
ServerResponse.prototype.setHeader = function (name, value) { return name.toLowerCase() === 'connection' ? this : setHeader.call(this, name, value); };
ServerResponse.prototype.writeHead = function (status, ...rest) {
  for (const part of rest) if (part && typeof part === 'object') delete part.connection;
  return writeHead.call(this, status, ...rest);
};`;

const noPreStop: Change = (container) => {
  delete container.lifecycle;
};

const noReadinessFlip: Change = ({ readinessProbe }) => {
  readinessProbe.httpGet.path = '/health';
};

const noConnectionClose: Change = (container) => {
  const [node = 'node', ...rest] = container.command;
  container.command = [node, '--import', `data:text/javascript,${encodeURIComponent(withoutConnectionClose)}`, ...rest];
};

const ablations: { name: string; changes: Change[] }[] = [
  { name: 'without preStop', changes: [noPreStop] },
  { name: 'without the readiness flip', changes: [noReadinessFlip] },
  { name: 'without Connection: close', changes: [noConnectionClose] },
  { name: 'without any of the three', changes: [noPreStop, noReadinessFlip, noConnectionClose] },
];

/** Three pods, no limits on requests: for load, from the same stack. */
const loaded = (): Manifest[] => {
  const { exposure } = subject.stack.base.workloads.api;
  const open = exposure.kind === 'nginx' ? { ...exposure, requestsPerMinute: undefined } : exposure;
  const yaml = variation(subject, {
    config: { ENABLE_RATE_LIMITING: false, ENABLE_REQUEST_LOGGING: false },
    workloads: {
      api: {
        scale: { kind: 'fixed', replicas: 3 },
        exposure: open,
        resources: { cpu: '50m', memory: '128Mi', limits: { memory: '512Mi', cpu: '2' } },
      },
    },
  });
  return documents(yaml).filter(({ kind }) => kind !== 'ResourceQuota');
};

const applyChanged = async (changes: readonly Change[]): Promise<void> => {
  const objects = loaded();
  for (const object of objects.filter(({ kind }) => kind === 'Deployment')) {
    const { template } = object.spec as { template: { spec: { containers: Container[] } } };
    for (const change of changes) change(template.spec.containers[0] as Container);
  }
  await apply(objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  await rolledOut(namespace, deployment, 240);
  // Pods of the variation before are still ending: what they do is not to be counted here.
  await until('the old pods to go', 120, async () => (await list<Pod>('pods', '-n', namespace, '-l', selector(subject))).length === 3);
};

const clients = [
  { name: 'frontend', namespace, labels: { app: 'frontend' } },
  { name: 'outsider', namespace: 'counterpart-e2e', labels: { app: 'outsider' } },
];

const ingressAddress = (): Promise<string> =>
  kubectl(['get', 'service', 'ingress-nginx-controller', '-n', 'ingress-nginx', '-o', 'jsonpath={.spec.clusterIP}']);

/** Both ways in at once: the Service from a pod beside the API, the ingress from elsewhere. */
const loadFor = async (seconds: number, authorization: string): Promise<{ way: string; result: LoadResult }[]> => {
  const common = { clients: 20, rate, seconds, authorization };
  const service = loadProgram({ ...common, url: `http://${subject.service.name}:${subject.service.port}/api/tasks` });
  const ingress = loadProgram({ ...common, url: `https://${await ingressAddress()}/api/tasks`, host });
  const [a, b] = await Promise.all([
    runIn<LoadResult>(namespace, 'prober-frontend', service),
    runIn<LoadResult>('counterpart-e2e', 'prober-outsider', ingress),
  ]);
  return [
    { way: 'Service', result: a },
    { way: 'ingress', result: b },
  ];
};

interface Row {
  what: string;
  way: string;
  result: LoadResult;
}

const rows: Row[] = [];

const record = (what: string, results: readonly { way: string; result: LoadResult }[]): void => {
  for (const { way, result } of results) {
    rows.push({ what, way, result });
    const { requests, failed, failures, connections } = result;
    process.stdout.write(`${what}, ${way}: ${failed} of ${requests} failed over ${connections} connections ${JSON.stringify(failures)}\n`);
  }
};

const underLoad = async (what: string, roll: () => Promise<unknown>): Promise<void> => {
  // While nothing changes yet; it outlives the rollout.
  const authorization = `Bearer ${await tokenFor(subject)}`;
  let outcome: { error?: unknown } | undefined;
  void sleep(3_000)
    .then(roll)
    .then(
      () => {
        outcome = {};
      },
      (error: unknown) => {
        outcome = { error };
      },
    );
  // Load in slices, until the rollout is over, and one more for the last old pod to go.
  let over = false;
  while (!over) {
    over = outcome !== undefined;
    record(what, await loadFor(30, authorization));
  }
  if (outcome?.error) throw outcome.error;
};

const restart = async (): Promise<void> => {
  await kubectl(['rollout', 'restart', '-n', namespace, `deployment/${deployment}`]);
  await rolledOut(namespace, deployment, 240);
};

const undo = async (): Promise<void> => {
  await kubectl(['rollout', 'undo', '-n', namespace, `deployment/${deployment}`]);
  await rolledOut(namespace, deployment, 240);
};

const table = (): string => {
  const sums = new Map<string, LoadResult>();
  for (const { what, way, result } of rows) {
    const key = `${what.replace(/ \d+$/, '')} | ${way}`;
    const sum = sums.get(key) ?? { requests: 0, failed: 0, failures: {}, connections: 0 };
    for (const [name, count] of Object.entries(result.failures)) sum.failures[name] = (sum.failures[name] ?? 0) + count;
    sums.set(key, {
      ...sum,
      requests: sum.requests + result.requests,
      failed: sum.failed + result.failed,
      connections: sum.connections + result.connections,
    });
  }
  const lines = [...sums].map(
    ([key, { requests, failed, failures }]) =>
      `| ${key} | ${requests} | ${failed} | ${Object.entries(failures)
        .map(([name, count]) => `${count} x ${name}`)
        .join(', ')} |`,
  );
  return ['| what | way in | requests | failed | how |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
};

const main = async (): Promise<number> => {
  const image = imageOf(subject.yaml);
  const made = await makeNamespaces();
  const removeVolumes = await provideVolumes([subject], image);
  try {
    await applyChanged([]);
    await provideCertificate(namespace, 'api-tls', host);
    await startProbers(clients, image);
    for (let index = 1; index <= rollouts; index += 1) {
      const last = index === rollouts;
      await underLoad(`${last ? 'rollback' : 'rollout'} ${index}`, last ? undo : restart);
    }
    for (const { name, changes } of process.argv.includes('--no-ablation') ? [] : ablations) {
      await applyChanged(changes);
      await underLoad(name, restart);
    }
  } finally {
    await stopProbers(clients.map((client) => client.namespace));
    await kubectl(['delete', 'namespace', namespace, '--ignore-not-found'], undefined, 300_000);
    await removeVolumes();
    if (made.length > 0) await kubectl(['delete', 'namespace', ...made, '--ignore-not-found'], undefined, 300_000);
  }
  process.stdout.write(`\n${table()}\n`);
  return rows.filter(({ what }) => what.startsWith('roll')).reduce((sum, { result }) => sum + result.failed, 0);
};

main().then(
  (failed) => {
    process.exitCode = failed > 0 ? 1 : 0;
  },
  (error: unknown) => {
    process.stdout.write(`${error}\n`);
    process.exitCode = 1;
  },
);
