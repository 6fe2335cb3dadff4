import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { clusters } from '../../../infra/clusters';
import type { KubernetesObject } from '../../../infra/rules/objects';
import { type Checked, nonconformities } from './conformance';
import { customKinds } from './custom-types';

const dist = join(__dirname, '../../../dist');

const committed: Checked[] = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .flatMap((from) =>
    parseAllDocuments(readFileSync(join(dist, from), 'utf8')).map((document) => ({ from, object: document.toJS() as KubernetesObject })),
  );

/** A copy of a committed object with a value set, or taken out, at a path of names and indices. */
const seeded = (from: string, kind: string, path: string, value?: unknown): Checked => {
  const found = committed.find((candidate) => candidate.from === from && candidate.object.kind === kind);
  if (!found) throw new Error(`${from} has no ${kind}`);
  const object = structuredClone(found.object);
  const steps = path.split('.');
  const last = steps.pop() as string;
  const parent = steps.reduce<Record<string, unknown>>((node, step) => node[step] as Record<string, unknown>, object);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return { from: path, object };
};

const production = 'production/itellico-api.k8s.yaml';
const gatewayed = 'production/todo-backend.k8s.yaml';
const container = 'spec.template.spec.containers.0';

const seeds: [string, Checked][] = [
  [
    'an unknown field deep within a Deployment',
    seeded(production, 'Deployment', `${container}.securityContext.readOnlyRootFileSystem`, true),
  ],
  ['a misspelt enumeration of a Deployment', seeded(production, 'Deployment', `${container}.imagePullPolicy`, 'IfNotPresnt')],
  ['a number where a Deployment has text', seeded(production, 'Deployment', `${container}.env.2.value`, 3001)],
  ['text where a Deployment has a number', seeded(production, 'Deployment', 'spec.progressDeadlineSeconds', '600')],
  ['a Deployment without its selector', seeded(production, 'Deployment', 'spec.selector')],
  ['a number as a label', seeded(production, 'Service', 'metadata.labels.tier', 1)],
  ['an unknown field of metadata', seeded(production, 'NetworkPolicy', 'metadata.label', { app: 'api' })],
  ['an unknown field at the top', seeded(production, 'ConfigMap', 'stringData', {})],
  ['a field of another API version', seeded(production, 'HorizontalPodAutoscaler', 'spec.targetCPUUtilizationPercentage', 70)],
  ['a field newer than the cluster', seeded(production, 'Deployment', `${container}.restartPolicyRules`, [])],
  ['an unknown field deep within an ExternalSecret', seeded(production, 'ExternalSecret', 'spec.target.template.datas', {})],
  ['a misspelt enumeration of an ExternalSecret', seeded(production, 'ExternalSecret', 'spec.target.creationPolicy', 'owner')],
  ['a number where an ExternalSecret has text', seeded(production, 'ExternalSecret', 'spec.refreshInterval', 3600)],
  ['an unknown field of a Cluster', seeded(production, 'Cluster', 'spec.bootstrap.initdb.dataBase', 'x')],
  ['text where a Cluster has a number', seeded(production, 'Cluster', 'spec.instances', '3')],
  ['an unknown field of a Pooler', seeded(production, 'Pooler', 'spec.pgbouncer.poolmode', 'session')],
  ['the generated name of a field that JSON spells otherwise', seeded('argocd.k8s.yaml', 'Application', 'spec.source.repoUrl', 'x')],
  ['a number where an Application has text', seeded('argocd.k8s.yaml', 'Application', 'spec.source.targetRevision', 1)],
  ['an unknown field of a ServiceMonitor', seeded(production, 'ServiceMonitor', 'spec.endpoints.0.scrapeInterval', '30s')],
  ['an unknown field of a PrometheusRule', seeded(production, 'PrometheusRule', 'spec.groups.0.rules.0.exp', 'up')],
  [
    'text where an HTTPRoute has one of a few numbers',
    seeded(gatewayed, 'HTTPRoute', 'spec.rules.0.filters.0.requestRedirect', { statusCode: '301' }),
  ],
  ['a misspelt enumeration of a Gateway', seeded(gatewayed, 'Gateway', 'spec.listeners.1.tls.mode', 'terminate')],
  ['an unknown field of a Middleware', seeded('production/temporal-api.k8s.yaml', 'Middleware', 'spec.headers.stsSecond', 1)],
  ['a kind that nobody knows', seeded(production, 'Service', 'kind', 'Servise')],
  ['an API version that is no more', seeded(production, 'PodDisruptionBudget', 'apiVersion', 'policy/v1beta1')],
  [
    'an API version of a custom resource that is not imported',
    seeded(production, 'ExternalSecret', 'apiVersion', 'external-secrets.io/v1beta1'),
  ],
];

describe('the schema of Kubernetes and of custom resources', () => {
  test('takes every object of dist/', () => {
    expect(committed.length).toBeGreaterThan(100);
    expect(nonconformities(committed, 'dist')).toEqual([]);
  });

  const refused = nonconformities(
    seeds.map(([title, { object }]) => ({ from: title, object })),
    'seeds',
  );

  test.each(seeds.map(([title]) => title))('refuses %s', (title) => {
    expect(refused.filter((line) => line.startsWith(`${title} `))).not.toEqual([]);
  });

  test('says in a refusal which field it is, and of what', () => {
    expect(refused).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/ Deployment\/api: .*'"readOnlyRootFileSystem"' does not exist in type 'ISecurityContext'/),
        expect.stringMatching(/ ExternalSecret\/api-secrets: .*Did you mean '"Owner"'\?/),
      ]),
    );
  });

  test('knows every custom kind that is imported, field by field', () => {
    for (const { apiVersion, kind, spec, types, source } of customKinds()) {
      expect(`${apiVersion} ${kind}`).toMatch(/^[a-z0-9.-]+\/v\w+ \w+$/);
      expect(types).toContain(`export interface ${spec} {`);
      const fields = source.match(/^ {2}readonly \w+\??: /gm) ?? [];
      expect(types.match(/^ {2}"/gm)).toHaveLength(fields.length);
      // Nothing that the compiler would take for anything.
      expect(types.match(/: any\b/g) ?? []).toHaveLength(source.match(/^ {2}readonly \w+\??: (\{ \[key: string\]: )?any\b/gm)?.length ?? 0);
    }
  });

  test('is that of no newer Kubernetes than the clusters have', () => {
    // kubernetes-models has no release for each minor: 4.5.1 has the fields of 1.33, and the next one those of 1.36.
    for (const { kubernetes } of Object.values(clusters)) expect(Number(kubernetes.split('.')[1])).toBeGreaterThanOrEqual(33);
  });
});
