import { createHmac } from 'node:crypto';
import { forward, get, kubectl, list, type Pod, podsOf, rolledOut, until } from '../kubectl';
import type { Report } from '../report';
import { documents, type Subject, selector } from '../systems';

interface Job {
  metadata: { name: string };
  status: { succeeded?: number };
}

const decodeSecret = async (namespace: string, secret: string, key: string): Promise<string> => {
  const { data } = await get<{ data: Record<string, string> }>('secret', secret, '-n', namespace);
  return Buffer.from(data[key] ?? '', 'base64').toString();
};

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An access token as the service signs it (RFC 7519, HS256). */
const signed = (key: string, issuer: string, audience: string): string => {
  const now = Math.floor(Date.now() / 1_000);
  const content = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ sub: 'e2e', iss: issuer, aud: audience, iat: now, exp: now + 600 })}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
};

const readySince = ({ conditions = [] }: Pod['status']): string =>
  conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';

/** A token that the deployed API accepts, from the Secret and the variables that it has itself. */
export const tokenFor = async ({ namespace, signing, yaml }: Subject): Promise<string> => {
  if (!signing) throw new Error('the system signs no tokens');
  const map = documents(yaml).find(({ kind, data }) => kind === 'ConfigMap' && 'JWT_ISSUER' in ((data ?? {}) as object));
  const { JWT_ISSUER = 'counterpart', JWT_AUDIENCE = 'counterpart' } = (map?.data ?? {}) as Record<string, string>;
  const key = await decodeSecret(namespace, signing.secret, signing.key);
  return signed(key, JWT_ISSUER, JWT_AUDIENCE);
};

const healthPaths = ['/health', '/healthz', '/health/ready', '/ready', '/api/health', '/healthz/detailed', '/health/metrics'];

const call = async (url: string, init?: RequestInit): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const expectStatus = (wanted: number, { status, body }: { status: number; body: unknown }): void => {
  if (status !== wanted) throw new Error(`status ${status} instead of ${wanted}: ${JSON.stringify(body)}`);
};

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
  if (subject.signing)
    await report.check(name, 'tasks: 401 without a token; stored and read back with one', async () => {
      const { url, close } = await forward(namespace, `service/${service.name}`, service.port);
      try {
        expectStatus(401, await call(`${url}/api/tasks`));
        const headers = { authorization: `Bearer ${await tokenFor(subject)}`, 'content-type': 'application/json' };
        const created = await call(`${url}/api/tasks`, { method: 'POST', headers, body: JSON.stringify({ title: 'e2e' }) });
        expectStatus(201, created);
        const read = await call(`${url}/api/tasks/${created.body.id}`, { headers });
        expectStatus(200, read);
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
