import { call, expectStatus, post } from '../http';
import { forward, kubectl, list, type Pod, podsOf, rolledOut, until } from '../kubectl';
import type { Report } from '../report';
import { type Subject, selector } from '../systems';
import { tokenFor } from '../tokens';

interface Job {
  metadata: { name: string };
  status: { succeeded?: number };
}

const readySince = ({ conditions = [] }: Pod['status']): string =>
  conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';

const healthPaths = ['/health', '/healthz', '/health/ready', '/ready', '/api/health', '/healthz/detailed', '/health/metrics'];

export const checkRunning = async (report: Report, subject: Subject): Promise<void> => {
  const { name, namespace, deployment, service } = subject;

  await report.check(name, 'migration Job is done', () =>
    until('the Job', 240, async () => {
      const [job] = await list<Job>('jobs', '-n', namespace);
      return job?.status.succeeded ? `${job.metadata.name} succeeded` : undefined;
    }),
  );
  await report.check(name, 'Deployment is available', async () => {
    await rolledOut(namespace, deployment, 240);
    const pods = await podsOf(namespace, selector(subject));
    const started = pods.map(({ status }) => (Date.parse(readySince(status)) - Date.parse(status.startTime ?? '')) / 1_000);
    return `${pods.length} pods, ready ${Math.max(...started)} s after their start, ${pods.reduce((sum, { status }) => sum + (status.containerStatuses?.[0]?.restartCount ?? 0), 0)} restarts`;
  });
  await report.check(name, 'health paths answer 200', async () => {
    const { url, close } = await forward(namespace, `service/${service.name}`, service.port);
    try {
      for (const path of healthPaths) expectStatus(200, await call(`${url}${path}`));
      const { body } = await call(`${url}/health/ready`);
      return `${healthPaths.length} paths; ${JSON.stringify(body.checks)} by pod ${body.pod}`;
    } finally {
      close();
    }
  });
  await report.check(name, 'nobody without a token learns who they are', async () => {
    const { url, close } = await forward(namespace, `service/${service.name}`, service.port);
    try {
      for (const headers of [undefined, { authorization: 'Bearer e30.e30.e30' }])
        expectStatus(401, await call(`${url}/api/auth/me`, { headers }));
      return '401 without a token, and with one that nobody signed';
    } finally {
      close();
    }
  });
  if (subject.signer.kind !== 'elsewhere')
    await report.check(name, 'tasks: 401 without a token; stored and read back with one; not found by another organization', async () => {
      const { url, close } = await forward(namespace, `service/${service.name}`, service.port);
      try {
        expectStatus(401, await call(`${url}/api/tasks`));
        const headers = { authorization: `Bearer ${await tokenFor(subject)}` };
        const created = await post(`${url}/api/tasks`, { title: 'e2e' }, headers);
        expectStatus(201, created);
        const read = await call(`${url}/api/tasks/${created.body.id}`, { headers });
        expectStatus(200, read);
        const stranger = { authorization: `Bearer ${await tokenFor(subject)}` };
        expectStatus(404, await call(`${url}/api/tasks/${created.body.id}`, { headers: stranger }));
        return `task ${read.body.id} reads "${read.body.title}"`;
      } finally {
        close();
      }
    });
  const { nodePort } = service;
  if (nodePort) {
    await report.check(name, 'answers at the port of the node', async () => {
      const address = await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}']);
      const pods = new Set<unknown>();
      for (let index = 0; index < 20; index += 1) {
        const answer = await call(`http://${address}:${nodePort}/api/health`, { headers: { connection: 'close' } });
        expectStatus(200, answer);
        pods.add(answer.body.pod);
      }
      return `port ${nodePort}, by ${pods.size} pods`;
    });
  }
  await report.check(name, 'nothing in the namespace warns of pod security', async () => {
    const yaml = await kubectl(['get', 'pods,deployments,statefulsets,jobs', '-n', namespace, '-o', 'name']);
    const events = await list<{ message: string; reason: string }>('events', '-n', namespace);
    const refused = events.filter(({ reason, message }) => reason === 'FailedCreate' || message.includes('PodSecurity'));
    if (refused.length > 0) throw new Error(refused.map(({ message }) => message).join('; '));
    return `${yaml.trim().split('\n').length} objects`;
  });
};
