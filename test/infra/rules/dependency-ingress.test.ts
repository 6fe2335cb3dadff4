import { dependencyIngress } from '../../../infra/rules/dependency-ingress';
import { itellicoApi, restApi, stacks } from '../support/stacks';
import { find, findingsOf, worldOf } from '../support/world';

interface Spec {
  policyTypes?: string[];
  ingress: { from?: object[]; ports?: { port?: number | string; endPort?: number; protocol?: string }[] }[];
}

const changedPolicy = (
  name: string,
  change: (spec: Spec) => void,
  stack = itellicoApi,
  environment: 'production' | 'development' = 'production',
) =>
  worldOf([stack], environment, (objects) => {
    change(find(objects, 'NetworkPolicy', name).spec as Spec);
    return objects;
  });

const redisFrom = (...from: object[]) =>
  changedPolicy('redis-network-policy', ({ ingress }) => {
    for (const rule of ingress) rule.from = from;
  });

const redisPorts = (port: { port?: number | string; endPort?: number; protocol?: string }) =>
  changedPolicy('redis-network-policy', ({ ingress }) => {
    for (const rule of ingress) rule.ports = [port];
  });

const app = (...values: string[]) => ({ matchExpressions: [{ key: 'app', operator: 'In', values }] });

describe('NP-DEP-INGRESS', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(dependencyIngress, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a store behind a default deny that lets nobody in', () => {
    const world = changedPolicy('redis-network-policy', (spec) => {
      spec.ingress = [];
    });
    expect(findingsOf(dependencyIngress, world)).toEqual([
      {
        at: 'production.itellico-api',
        path: 'workloads.api.uses (cache)',
        got: 'no network policy of pods app=redis, port 6379 lets Deployment/api in',
        allowed: 'an ingress rule at the other end of every edge, where a policy isolates it',
        fix: 'Add the sender to the policy of the dependency; a default deny asks for both ends.',
      },
    ]);
  });

  test('finds that a store lets in another port, another label or another namespace', () => {
    for (const world of [
      redisPorts({ port: 6380 }),
      redisPorts({ port: 6379, protocol: 'UDP' }),
      redisFrom({ podSelector: { matchLabels: { app: 'apu' } } }),
      redisFrom({ podSelector: app('frontend', 'worker') }),
      redisFrom({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'elsewhere' } } }),
      redisFrom({ ipBlock: { cidr: '10.0.0.0/8' } }),
    ]) {
      expect(findingsOf(dependencyIngress, world)).toMatchObject([{ path: 'workloads.api.uses (cache)' }]);
    }
  });

  test('finds that the database lets the API in and forgets the migration', () => {
    const world = changedPolicy(
      'postgres-network-policy',
      ({ ingress }) => {
        for (const rule of ingress) rule.from = [{ podSelector: { matchLabels: { app: 'api' } } }];
      },
      restApi,
      'development',
    );
    expect(findingsOf(dependencyIngress, world)).toMatchObject([
      {
        at: 'development.rest-api',
        path: 'workloads.migration.uses (database)',
        got: expect.stringMatching(/lets Job\/api-migrate-.* in$/),
      },
    ]);
  });

  test.each([
    ['any sender', redisFrom()],
    ['every pod of the namespace', redisFrom({ podSelector: {} })],
    ['pods of every namespace', redisFrom({ namespaceSelector: {} })],
    ['senders by expression', redisFrom({ podSelector: app('api', 'worker') })],
    [
      'the own namespace by its name',
      redisFrom({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'itellico-mono' } } }),
    ],
    ['a port by name', redisPorts({ port: 'redis' })],
    ['a range of ports', redisPorts({ port: 6000, endPort: 6999 })],
    ['every port', redisPorts({})],
  ])('is content with a store that lets in %s', (_, world) => {
    expect(findingsOf(dependencyIngress, world)).toEqual([]);
  });

  test('is content where no policy isolates the store, and asks nothing of servers outside of the cluster', () => {
    const open = worldOf([itellicoApi], 'production', (objects) =>
      objects.filter(({ kind, metadata }) => kind !== 'NetworkPolicy' || metadata.name.startsWith('api-')),
    );
    expect(findingsOf(dependencyIngress, open)).toEqual([]);
    expect(findingsOf(dependencyIngress, worldOf([restApi], 'production'))).toEqual([]);
  });
});
