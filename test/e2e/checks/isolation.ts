import { apply, isReady, kubectl, podsOf, runIn } from '../kubectl';
import { identitiesOf, tryMatrix } from '../network';
import { startProbers, stopProbers } from '../probers';
import { connectProgram, type Reached } from '../programs/connect';
import { type Answer, requestProgram, resolveProgram } from '../programs/request';
import type { Report } from '../report';
import { type Subject, selector } from '../systems';

const namespaceOf = (name: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

export const foreignNamespaces = ['counterpart-e2e', 'ingress-nginx', 'monitoring'];

/** Namespaces that the cluster does not have yet. @returns those that were made, to be removed */
export const makeNamespaces = async (): Promise<string[]> => {
  const existing = (await kubectl(['get', 'namespaces', '-o', 'name'])).split('\n');
  const made = foreignNamespaces.filter((name) => !existing.includes(`namespace/${name}`));
  if (made.length > 0) await apply(made.map(namespaceOf).join('\n---\n'));
  return made;
};

export const checkIsolation = async (report: Report, subject: Subject, image: string): Promise<void> => {
  const { name, namespace, service, ports } = subject;
  const identities = identitiesOf(subject);
  const namespaces = [...new Set(identities.map((identity) => identity.namespace))];
  // The quota is exactly what the stack comes to: probers are not part of it.
  if (subject.owned) await kubectl(['delete', 'resourcequota', '-n', namespace, '--all']);
  try {
    const addresses = await startProbers(identities, image);
    await report.check(name, 'every allowed edge connects, every other ordered pair is refused', async () => {
      const { tried, allowed, wrong } = await tryMatrix(subject, addresses);
      if (wrong.length > 0) throw new Error(`${wrong.length} of ${tried}: ${wrong.join('; ')}`);
      return `${tried} connections tried, ${allowed} open as meant, ${tried - allowed} refused`;
    });
    await report.check(name, 'names resolve where connections are allowed, and nowhere else', async () => {
      const lookUp = (prober: string) =>
        runIn<string[]>(namespace, `prober-${prober}`, resolveProgram(`${service.name}.${namespace}.svc.cluster.local`));
      const [api, migration, database] = [await lookUp('api'), await lookUp('migration'), await lookUp('database')];
      if (api.length === 0 || migration.length === 0) throw new Error('the API or the migration resolves nothing');
      if (database.length > 0 && subject.owned) throw new Error('the database, which may send nothing, resolves names');
      return `api and migration: ${api[0]}; database: nothing`;
    });
    await report.check(name, 'the metadata address is refused', async () => {
      const target = { name: 'metadata', host: '169.254.169.254', port: 80 };
      const reached = await runIn<Reached[]>(namespace, 'prober-api', connectProgram([target]));
      if (reached.some(({ open }) => open)) throw new Error('169.254.169.254:80 is open');
      return '169.254.169.254:80';
    });
    await report.check(name, 'metrics are scraped from where Prometheus is', async () => {
      // As Prometheus does it: a pod at its own address. The prober in the API's place has its labels, but is never ready.
      const pod = (await podsOf(namespace, selector(subject))).find(isReady);
      const url = `http://${pod?.status.podIP}:${ports.metrics}/metrics`;
      const { status, body } = await runIn<Answer>('monitoring', 'prober-prometheus', requestProgram(url));
      const missing = ['http_requests_total', 'http_request_duration_seconds_bucket', 'db_pool_connections_max'].filter(
        (metric) => !body.includes(metric),
      );
      if (status !== 200 || missing.length > 0) throw new Error(`status ${status}, without ${missing.join(', ')}`);
      return `${body.split('\n').filter((line) => line && !line.startsWith('#')).length} series`;
    });
  } finally {
    await stopProbers(namespaces);
    await apply(subject.yaml);
  }
};
