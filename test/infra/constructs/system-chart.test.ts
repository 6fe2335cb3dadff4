import type { KubernetesObject } from '../../../infra/rules/objects';
import { everywhere, idOf, type SystemName, synthesized } from '../support/synthesized';

/** What has to be there before pods start. */
const needed = ['Namespace', 'ConfigMap', 'Secret', 'ExternalSecret', 'NetworkPolicy', 'ServiceAccount', 'PersistentVolumeClaim'];

/** Objects that pods need: all but the adapter's rules, which belong to nobody's pod. */
const isNeeded = ({ kind, metadata }: KubernetesObject): boolean =>
  needed.includes(kind) && metadata.labels?.['app.kubernetes.io/component'] !== 'prometheus-adapter-rules';

const leaves = (node: unknown): unknown[] =>
  typeof node === 'object' && node !== null ? [node, ...Object.values(node).flatMap(leaves)] : [node];

const builtIn = /^(v1|apps\/v1|batch\/v1|policy\/v1|autoscaling\/v2|networking\.k8s\.io\/v1)$/;

describe.each(everywhere)('%s of %s', (environment, system) => {
  const { all } = synthesized(environment, system);

  test('begins with its Namespace and brings what pods need before the API', () => {
    expect(all[0]?.kind).toBe('Namespace');
    const api = all.findIndex(({ kind }) => kind === 'Deployment');
    expect(all.slice(api).filter(isNeeded).map(idOf)).toEqual([]);
  });

  test('brings servers before the migration and the migration before the API', () => {
    const order = all.map(({ kind }) => kind).filter((kind) => ['Cluster', 'StatefulSet', 'Job', 'Deployment'].includes(kind));
    expect(order.slice(-2)).toEqual(['Job', 'Deployment']);
  });

  test('names every object explicitly, once, without a hash of a path', () => {
    const ids = all.map(idOf);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { metadata } of all) expect(metadata.name).not.toMatch(/-c8[0-9a-f]{6}$|-[0-9a-f]{8}$/);
  });

  test('puts every object but the Namespace into a namespace', () => {
    expect(all.filter(({ metadata }) => !metadata.namespace).map(({ kind }) => kind)).toEqual(['Namespace']);
  });

  test('says nothing empty and nothing that a controller writes', () => {
    for (const object of all) {
      expect(object).not.toHaveProperty('status');
      expect(object.metadata).not.toHaveProperty('creationTimestamp');
      for (const leaf of leaves(object)) expect([idOf(object), leaf]).not.toContain(undefined);
      for (const leaf of leaves(object)) expect([idOf(object), leaf]).not.toContain(null);
    }
  });
});

test('development needs no custom kinds', () => {
  for (const [environment, system] of everywhere.filter(([name]) => name === 'development')) {
    const { all } = synthesized(environment, system);
    expect(all.map(({ apiVersion }) => apiVersion).filter((version) => !builtIn.test(version))).toEqual([]);
  }
});

test.each<[SystemName, string[]]>([
  ['itellico-api', ['postgres', 'redis']],
  ['pet-backend', ['postgres', 'redis']],
  ['rest-api', ['postgres', 'redis']],
  ['temporal-api', ['postgres', 'temporal']],
  ['todo-backend', ['postgres']],
])('development of %s brings the servers that it uses: %j', (system, components) => {
  const servers = synthesized('development', system).of('StatefulSet');
  expect(servers.map(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'])).toEqual(components);
});

test('staging and production hold no Secret at all', () => {
  for (const [environment, system] of everywhere.filter(([name]) => name !== 'development')) {
    expect(synthesized(environment, system).of('Secret')).toEqual([]);
    expect(synthesized(environment, system).of('ExternalSecret')).not.toEqual([]);
  }
});

test('plain secrets are refused outside development', () => {
  expect(() => synthesized('staging', 'rest-api', { secretSource: { kind: 'plain' } })).toThrow(
    /"external", "sealed" or "existing" wherever/,
  );
});

test.each(everywhere)('a release of %s %s changes the Deployment and the Job, and nothing else', (environment, system) => {
  const texts = (tag: string): string[] => synthesized(environment, system, {}, { tag }).all.map((object) => JSON.stringify(object));
  const before = texts('0.1.0');
  const changed = texts('0.2.0').filter((text) => !before.includes(text));
  expect(changed.map((text) => JSON.parse(text).kind)).toEqual(['Job', 'Deployment']);
});

test.each(everywhere)('%s of %s comes out the same twice', (environment, system) => {
  expect(JSON.stringify(synthesized(environment, system).all)).toBe(JSON.stringify(synthesized(environment, system).all));
});

test('all environments of all systems fit one cluster: no two objects share kind, namespace and name', () => {
  const ids = everywhere.flatMap(([environment, system]) =>
    synthesized(environment, system).all.map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`),
  );
  expect(ids.length).toBeGreaterThan(100);
  expect(new Set(ids).size).toBe(ids.length);
});
