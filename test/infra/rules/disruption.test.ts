import { disruption } from '../../../infra/rules/disruption';
import { deployment, findingsIn, object, workload } from '../support/small-objects';
import { itellicoApi, stacks } from '../support/stacks';
import { find, findingsOf, worldOf } from '../support/world';

const changedBudget = (spec: Record<string, unknown>) =>
  worldOf([itellicoApi], 'production', (objects) => {
    find(objects, 'PodDisruptionBudget', 'api-pdb').spec = { selector: { matchLabels: { app: 'api' } }, ...spec };
    return objects;
  });

const selector = { matchLabels: { app: 'web' } };

const budget = (spec: Record<string, unknown>, name = 'web') => object('PodDisruptionBudget', name, { spec }, 'policy/v1');

const scaled = (minReplicas?: number) =>
  object('HorizontalPodAutoscaler', 'web', {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 9, ...(minReplicas && { minReplicas }) },
  });

const replicas = (count: number) => deployment('web', { spec: { replicas: count } });

describe('PDB-DRAIN', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(disruption, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a budget that keeps every pod of the least scale', () => {
    expect(findingsOf(disruption, changedBudget({ minAvailable: 3 }))).toEqual([
      {
        at: 'itellico-mono',
        path: 'PodDisruptionBudget/api-pdb',
        got: '0 of at least 3 pods may go',
        allowed: 'one or more',
        fix: 'Use maxUnavailable: 1, or a minAvailable below 3.',
      },
    ]);
  });

  test('finds a budget that selects nothing, and one that selects more than the API', () => {
    const selecting = (labels: object) => findingsOf(disruption, changedBudget({ maxUnavailable: 1, selector: { matchLabels: labels } }));
    expect(selecting({ app: 'apu' })).toEqual([
      {
        at: 'itellico-mono',
        path: 'PodDisruptionBudget/api-pdb selector',
        got: 'no workload',
        allowed: 'exactly one workload',
        fix: 'Select the labels of the one workload that the budget is for.',
      },
    ]);
    expect(selecting({ 'app.kubernetes.io/part-of': 'itellico-api' })).toMatchObject([
      { got: expect.stringMatching(/^StatefulSet\/redis, Job\/api-migrate-.*, Deployment\/api$/) },
    ]);
  });

  test.each([
    ['minAvailable 100%', { minAvailable: '100%' }, 4],
    ['minAvailable 80% of 4, which is rounded up to 4', { minAvailable: '80%' }, 4],
    ['maxUnavailable 0', { maxUnavailable: 0 }, 4],
    ['maxUnavailable 0%', { maxUnavailable: '0%' }, 4],
    ['neither of the two', {}, 4],
    ['minAvailable 1 of one pod', { minAvailable: 1 }, 1],
  ])('finds %s', (_, spec, count) => {
    expect(findingsIn(disruption, budget({ selector, ...spec }), replicas(count))).toMatchObject([
      { got: `0 of at least ${count} pods may go` },
    ]);
  });

  test.each([
    ['minAvailable 75% of 4', { minAvailable: '75%' }, 4],
    ['maxUnavailable 1% of 4, which is rounded up to 1', { maxUnavailable: '1%' }, 4],
    ['maxUnavailable 1 of one pod', { maxUnavailable: 1 }, 1],
    ['minAvailable 1 of no pods', { minAvailable: 1 }, 0],
  ])('lets %s pass', (_, spec, count) => {
    expect(findingsIn(disruption, budget({ selector, ...spec }), replicas(count))).toEqual([]);
  });

  test('counts an autoscaler without a minimum as one pod', () => {
    const two = budget({ selector, minAvailable: 2 });
    expect(findingsIn(disruption, two, deployment('web'), scaled(3))).toEqual([]);
    expect(findingsIn(disruption, two, deployment('web'), scaled())).toMatchObject([
      { got: '-1 of at least 1 pods may go', fix: 'Run two pods or more, or leave the budget out.' },
    ]);
    const ofOther = { ...scaled(3), spec: { scaleTargetRef: { kind: 'Deployment', name: 'other' }, minReplicas: 3, maxReplicas: 9 } };
    expect(findingsIn(disruption, two, deployment('web'), ofOther)).toHaveLength(1);
  });

  test('understands selectors by expression, an empty selector and none', () => {
    const others = deployment('other', { labels: { app: 'other' }, spec: { replicas: 3 } });
    const selecting = (more: object) => findingsIn(disruption, budget({ maxUnavailable: 1, ...more }), replicas(3), others);
    expect(selecting({ selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'website'] }] } })).toEqual([]);
    expect(selecting({ selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['other'] }] } })).toEqual([]);
    expect(selecting({ selector: {} })).toMatchObject([{ got: 'Deployment/web, Deployment/other' }]);
    expect(selecting({})).toMatchObject([{ got: 'no workload' }]);
  });

  test('finds two budgets for the same pods, at each of them', () => {
    const findings = findingsIn(
      disruption,
      replicas(3),
      budget({ selector, maxUnavailable: 1 }),
      budget({ selector, maxUnavailable: 1 }, 'again'),
    );
    expect(findings.map(({ path, got }) => `${path}: ${got}`)).toEqual([
      'PodDisruptionBudget/web selector: Deployment/web, which PodDisruptionBudget/again selects as well',
      'PodDisruptionBudget/again selector: Deployment/web, which PodDisruptionBudget/web selects as well',
    ]);
  });

  test('leaves alone a DaemonSet, pods of an operator, and pods of the same labels in another namespace', () => {
    expect(findingsIn(disruption, budget({ selector, minAvailable: 1 }), workload('DaemonSet', 'web'))).toEqual([]);
    const ofOperator = budget({ minAvailable: 1, selector: { matchLabels: { 'cnpg.io/cluster': 'data' } } });
    expect(findingsIn(disruption, ofOperator, object('Cluster', 'data', {}, 'postgresql.cnpg.io/v1'))).toEqual([]);
    const elsewhere = deployment('web', { metadata: { namespace: 'elsewhere' } });
    expect(findingsIn(disruption, budget({ selector, maxUnavailable: 1 }), replicas(2), elsewhere)).toEqual([]);
  });

  test('takes objects without a namespace to be in one', () => {
    const bare = { metadata: { namespace: undefined } };
    const objects = [
      { ...budget({ selector, minAvailable: 2 }), metadata: { name: 'web' } },
      deployment('web', { ...bare, spec: { replicas: 2 } }),
    ];
    expect(findingsIn(disruption, ...objects)).toMatchObject([{ at: 'default', got: '0 of at least 2 pods may go' }]);
  });
});
