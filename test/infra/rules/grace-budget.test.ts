import { graceBudget } from '../../../infra/rules/grace-budget';
import type { Container } from '../../../infra/rules/objects';
import { itellicoApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

interface Ending {
  terminationGracePeriodSeconds?: number;
  containers: (Required<Container> & { lifecycle?: { preStop: { sleep?: { seconds: number } } } })[];
  initContainers?: Container[];
}

const ending = (change: (pod: Ending, container: Required<Container>) => void) =>
  worldOf([itellicoApi], 'production', (objects) => {
    const deployment = find(objects, 'Deployment', 'api');
    change((deployment.spec as { template: { spec: Ending } }).template.spec, containerOf(deployment));
    return objects;
  });

const sleeping = (seconds: number) =>
  ending(({ containers: [container] }) => {
    if (container) container.lifecycle = { preStop: { sleep: { seconds } } };
  });

const withGrace = (seconds?: number) =>
  ending((pod) => {
    if (seconds === undefined) delete pod.terminationGracePeriodSeconds;
    else pod.terminationGracePeriodSeconds = seconds;
  });

const withVariable = (name: string, value?: string) =>
  ending((_, { env }) => {
    const others = env.filter((variable) => variable.name !== name);
    env.splice(0, env.length, ...others, ...(value === undefined ? [] : [{ name, value }]));
  });

describe('GRACE-BUDGET', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(graceBudget, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a grace period shorter than the longest request', () => {
    expect(findingsOf(graceBudget, withGrace(39))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'Deployment/api terminationGracePeriodSeconds',
        got: '39 s',
        allowed: '40 s or more: 5 preStop + 20 drain + 15 for the longest request',
        fix: 'Raise it to 45.',
      },
      {
        at: 'production.itellico-api',
        path: 'Deployment/api env SHUTDOWN_TIMEOUT_MS',
        got: '38 s after SIGTERM, 43 s after the start of the end',
        allowed: 'less than the grace period of 39 s',
        fix: 'Let the service give up by itself, and say so, before it is killed.',
      },
    ]);
  });

  test('finds a pod that ends at once, without or with too short a sleep', () => {
    const finding = { path: 'Deployment/api lifecycle.preStop', allowed: '5 s or more: endpoints need that long to leave every node' };
    expect(findingsOf(graceBudget, sleeping(2))).toMatchObject([{ ...finding, got: '2 s' }]);
    const without = ending(({ containers: [container] }) => {
      delete container?.lifecycle;
    });
    expect(findingsOf(graceBudget, without)).toMatchObject([{ ...finding, got: '0 s', fix: 'Sleep longer before SIGTERM.' }]);
  });

  test('finds a sleep and a drain that leave no time for requests', () => {
    expect(findingsOf(graceBudget, sleeping(15))[0]).toMatchObject({ allowed: expect.stringContaining('50 s or more: 15 preStop') });
    expect(findingsOf(graceBudget, withVariable('SHUTDOWN_DRAIN_MS', '30000'))).toMatchObject([
      { allowed: '50 s or more: 5 preStop + 30 drain + 15 for the longest request', fix: 'Raise it to 55.' },
    ]);
  });

  test('finds a service that would still wait when it is killed, by its variable or by its default of 25 s', () => {
    const path = 'Deployment/api env SHUTDOWN_TIMEOUT_MS';
    expect(findingsOf(graceBudget, withVariable('SHUTDOWN_TIMEOUT_MS', '60000'))).toMatchObject([
      { path, got: expect.stringMatching(/^60 s/) },
    ]);
    const short = ending((pod, { env }) => {
      env.splice(0, env.length, ...env.filter(({ name }) => name !== 'SHUTDOWN_TIMEOUT_MS'));
      pod.terminationGracePeriodSeconds = 30;
    });
    expect(findingsOf(graceBudget, short).at(-1)).toMatchObject({ path, got: expect.stringMatching(/^25 s/) });
  });

  test('finds a drain that ends before the probe has failed, as routers that heed only readiness send until then', () => {
    expect(findingsOf(graceBudget, withVariable('SHUTDOWN_DRAIN_MS', '5000'))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'Deployment/api env SHUTDOWN_DRAIN_MS',
        got: '5 s',
        allowed: '15 s or more: routers that heed only readiness send until the probe has failed often enough',
        fix: 'Drain for as long as probes take to fail, and a few seconds for the news to spread.',
      },
    ]);
  });

  test('takes the 30 s of Kubernetes where nothing is said, and more than enough', () => {
    expect(findingsOf(graceBudget, withGrace())).toMatchObject([{ got: '30 s' }, { path: 'Deployment/api env SHUTDOWN_TIMEOUT_MS' }]);
    expect(findingsOf(graceBudget, withGrace(300))).toEqual([]);
    // Exactly enough for requests; the service itself would still wait.
    expect(findingsOf(graceBudget, withGrace(40))).toMatchObject([{ path: 'Deployment/api env SHUTDOWN_TIMEOUT_MS' }]);
  });

  test('asks nothing of an init container, which ends by itself', () => {
    const world = ending((pod, { image }) => {
      pod.initContainers = [{ name: 'warm-up', image, command: ['node', 'warm-up.js'] }];
    });
    expect(findingsOf(graceBudget, world)).toEqual([]);
  });
});
