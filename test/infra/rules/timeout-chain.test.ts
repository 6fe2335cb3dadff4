import { timeoutChain } from '../../../infra/rules/timeout-chain';
import { edgeKinds, entrance } from '../support/exposures';
import { changedProduction, itellicoApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

const edge = (timeoutSeconds: number, more: Record<string, unknown> = {}, kind = 'gateway') =>
  worldOf([changedProduction(itellicoApi, { workloads: { api: { exposure: { kind, ...entrance, timeoutSeconds } } }, ...more })]);

/** The edge of itellico, and an API that keeps idle connections for so long. */
const keeping = (value: string | undefined) =>
  worldOf([itellicoApi], 'production', (objects) => {
    const container = containerOf(find(objects, 'Deployment', 'api'));
    container.env = container.env.filter(({ name }) => name !== 'KEEP_ALIVE_TIMEOUT_MS');
    if (value) container.env.push({ name: 'KEEP_ALIVE_TIMEOUT_MS', value });
    return objects;
  });

describe('TIMEOUT-CHAIN', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(timeoutChain, worldOf(stacks, environment))).toEqual([]);
  });

  test.each(edgeKinds)('finds an edge of kind %s that gives up while a request may still be received', (kind) => {
    expect(findingsOf(timeoutChain, edge(60, {}, kind))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'workloads.api.exposure.timeoutSeconds',
        got: '60 s',
        allowed: 'more than 60 s: 60 to receive a request; 10 for a connection and 15 for a statement',
        fix: 'Raise it above 60, or lower REQUEST_TIMEOUT_MS, DATABASE_CONNECT_TIMEOUT_MS or DATABASE_STATEMENT_TIMEOUT_MS.',
      },
    ]);
    expect(findingsOf(timeoutChain, edge(61, {}, kind))).toEqual([]);
  });

  test('finds an edge that gives up while a statement may still run', () => {
    expect(findingsOf(timeoutChain, edge(65, { config: { DATABASE_STATEMENT_TIMEOUT_MS: 60_000 } }))).toMatchObject([{ got: '65 s' }]);
    expect(findingsOf(timeoutChain, edge(30, { config: { REQUEST_TIMEOUT_MS: 20_000 } }))).toEqual([]);
    expect(findingsOf(timeoutChain, edge(25, { config: { REQUEST_TIMEOUT_MS: 20_000 } }))).toMatchObject([{ got: '25 s' }]);
  });

  test('finds a service that closes a connection at which the edge may still send', () => {
    expect(findingsOf(timeoutChain, keeping('5000'))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'Deployment/api env KEEP_ALIVE_TIMEOUT_MS',
        got: '5 s',
        allowed: 'more than 60 s, after which the edge (nginx) closes an idle connection',
        fix: 'Leave the variable as it is derived, or correct idleSeconds in infra/clusters.ts.',
      },
    ]);
    expect(findingsOf(timeoutChain, keeping('60000'))).toHaveLength(1);
    expect(findingsOf(timeoutChain, keeping('60001'))).toEqual([]);
  });

  test('takes the default of the service where nothing is said: enough for nginx', () => {
    expect(findingsOf(timeoutChain, keeping(undefined))).toEqual([]);
  });

  test('asks nothing where no edge leads in', () => {
    const world = worldOf([changedProduction(itellicoApi, { workloads: { api: { exposure: { kind: 'none' } } } })]);
    expect(findingsOf(timeoutChain, world)).toEqual([]);
  });
});
