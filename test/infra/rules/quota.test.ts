import { quotaFit } from '../../../infra/rules/quota';
import { deployment, findingsIn, object, workload } from '../support/small-objects';
import { itellicoApi, stacks } from '../support/stacks';
import { findingsOf, worldOf } from '../support/world';

const quota = (hard: Record<string, string | number>, more: object = {}) => object('ResourceQuota', 'quota', { spec: { hard, ...more } });

const resources = (requests: object, limits: object = {}) => ({ container: { resources: { requests, limits } } });

const needs = (...objects: Parameters<typeof findingsIn>[1][]) =>
  findingsIn(quotaFit, ...objects).map(({ allowed }) => allowed.split(' or more')[0]);

const withQuota = (hard: Record<string, string>) =>
  worldOf([itellicoApi], 'production', (objects) => [
    ...objects,
    object('ResourceQuota', 'tight', { metadata: { namespace: 'itellico-mono' }, spec: { hard } }),
  ]);

describe('QUOTA-FIT', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(quotaFit, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds that the API at its most, in a rollout, does not fit', () => {
    // 20 pods and one more of 250m; Redis 100m, the migration 100m, three databases of 500m, two poolers of 100m.
    expect(findingsOf(quotaFit, withQuota({ 'requests.cpu': '5' }))).toEqual([
      {
        at: 'itellico-mono',
        path: 'ResourceQuota/tight requests.cpu',
        got: '5',
        allowed: "7.15 or more: all replicas, a rollout's surge, Jobs and servers",
        fix: 'Raise the quota, or lower the most replicas or what each requests.',
      },
    ]);
  });

  test('finds too few pods and too little memory, and is content with exactly enough', () => {
    expect(findingsOf(quotaFit, withQuota({ pods: '27', 'limits.memory': '40Gi' }))).toMatchObject([
      { path: 'ResourceQuota/tight pods', got: '27' },
      { path: 'ResourceQuota/tight limits.memory', got: '40Gi' },
    ]);
    expect(findingsOf(quotaFit, withQuota({ pods: '28', 'requests.cpu': '7150m' }))).toEqual([]);
  });

  test('finds a container that does not say what the quota counts, unless a LimitRange says it', () => {
    const silent = deployment('web', resources({ cpu: '1' }));
    expect(findingsIn(quotaFit, quota({ 'requests.cpu': 9, 'limits.memory': '9Gi' }), silent)).toEqual([
      {
        at: 'shop',
        path: 'ResourceQuota/quota',
        got: 'Deployment/web web without limits.memory',
        allowed: 'containers that say each resource which the quota counts, or a LimitRange that says it for them',
        fix: 'Give the containers their requests and limits.',
      },
    ]);
    const defaults = object('LimitRange', 'defaults', { spec: { limits: [{ type: 'Container', default: { memory: '1Gi' } }] } });
    expect(findingsIn(quotaFit, quota({ 'limits.memory': '9Gi' }), silent, defaults)).toEqual([]);
    expect(needs(quota({ 'limits.memory': '1Gi' }), silent, defaults)).toEqual([String(2 * 2 ** 30)]);
  });

  test.each([
    ['a surge of a quarter by default', deployment('web', { ...resources({ cpu: 1 }), spec: { replicas: 5 } }), '7'],
    [
      'a surge in percent, rounded up',
      deployment('web', { ...resources({ cpu: 1 }), spec: { replicas: 3, strategy: { rollingUpdate: { maxSurge: '50%' } } } }),
      '5',
    ],
    ['no surge of Recreate', deployment('web', { ...resources({ cpu: 1 }), spec: { replicas: 3, strategy: { type: 'Recreate' } } }), '3'],
    ['no surge of a StatefulSet', workload('StatefulSet', 'web', { ...resources({ cpu: 1 }), spec: { replicas: 3 } }), '3'],
    ['every pod of a parallel Job', workload('Job', 'web', { ...resources({ cpu: 1 }), spec: { parallelism: 4 } }), '4'],
    ['limits, where nothing is requested', workload('StatefulSet', 'web', resources({}, { cpu: '1500m' })), '1.5'],
  ])('counts %s', (_, found, expected) => {
    expect(needs(quota({ 'requests.cpu': 0 }), found)).toEqual([expected]);
    expect(needs(quota({ cpu: 0 }), found)).toEqual([expected]);
  });

  test('counts the pods that CloudNativePG makes, and no Cluster of somebody else', () => {
    const each = { requests: { cpu: '500m' } };
    const cluster = object('Cluster', 'data', { spec: { instances: 3, resources: each } }, 'postgresql.cnpg.io/v1');
    const template = { spec: { containers: [{ name: 'pgbouncer', resources: { requests: { cpu: '100m' } } }] } };
    const pooler = object('Pooler', 'pool', { spec: { instances: 2, template } }, 'postgresql.cnpg.io/v1');
    const other = object('Cluster', 'other', { spec: { resources: each } }, 'cluster.x-k8s.io/v1beta1');
    expect(needs(quota({ cpu: 0, pods: 0 }), cluster, pooler, other)).toEqual(['1.7', '5']);
  });

  test('counts an init container only where it asks for more than what follows, and a sidecar always', () => {
    const withInit = (cpu: string, restartPolicy?: string) =>
      workload('StatefulSet', 'web', {
        ...resources({ cpu: '500m' }),
        pod: { initContainers: [{ name: 'init', image: 'web:1', restartPolicy, resources: { requests: { cpu } } }] },
      });
    expect(needs(quota({ cpu: 0 }), withInit('100m'))).toEqual(['0.5']);
    expect(needs(quota({ cpu: 0 }), withInit('2'))).toEqual(['2']);
    expect(needs(quota({ cpu: 0 }), withInit('100m', 'Always'))).toEqual(['0.6']);
  });

  test.each([
    ['1Gi', 2 ** 30],
    ['1G', 1e9],
    ['512Ki', 524_288],
    ['1.5Ti', 1.5 * 2 ** 40],
    ['2e3', 2_000],
    ['1E', 1e18],
    [128, 128],
  ])('reads the quantity %s', (quantity, bytes) => {
    expect(needs(quota({ memory: 0 }), workload('StatefulSet', 'web', resources({ memory: quantity })))).toEqual([String(bytes)]);
  });

  test('leaves alone a quota with a scope, other countings, and pods of another namespace', () => {
    const web = deployment('web', resources({ cpu: 8 }));
    expect(needs(quota({ cpu: 1 }, { scopes: ['BestEffort'] }), web)).toEqual([]);
    expect(needs(quota({ 'services.nodeports': 0, 'count/secrets': 5 }), web)).toEqual([]);
    expect(needs(quota({ cpu: 1 }), deployment('web', { ...resources({ cpu: 8 }), metadata: { namespace: 'elsewhere' } }))).toEqual([]);
  });
});
