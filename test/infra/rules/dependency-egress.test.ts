import { dependencyEgress } from '../../../infra/rules/dependency-egress';
import type { KubernetesObject } from '../../../infra/rules/objects';
import { itellicoApi, restApi, stacks } from '../support/stacks';
import { find, findingsOf, worldOf } from '../support/world';

interface Spec {
  egress: {
    to?: { podSelector?: object; namespaceSelector?: object; ipBlock?: { cidr: string; except?: string[] } }[];
    ports: { port: number }[];
  }[];
}

const changedPolicy = (change: (spec: Spec, objects: KubernetesObject[]) => void, stack = itellicoApi, name = 'api-network-policy') =>
  worldOf([stack], 'production', (objects) => {
    change(find(objects, 'NetworkPolicy', name).spec as Spec, objects);
    return objects;
  });

const closed = (port: number) =>
  changedPolicy((spec) => {
    spec.egress = spec.egress.filter(({ ports }) => ports.every((open) => open.port !== port));
  });

describe('NP-DEP-EGRESS', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(dependencyEgress, worldOf(stacks, environment))).toEqual([]);
  });

  test.each([
    ['mail', 1025],
    ['traces', 4317],
    ['cache', 6379],
    ['storage', 443],
  ])('finds that %s is behind a closed port', (slot, port) => {
    expect(findingsOf(dependencyEgress, closed(port))).toMatchObject([
      { at: 'production.itellico-api', path: `workloads.api.uses (${slot})`, got: expect.stringContaining(`port ${port}`) },
    ]);
  });

  test('finds a rule for pods of another label, and one for another namespace', () => {
    for (const peer of [
      { podSelector: { matchLabels: { app: 'valkey' } } },
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'x' } } },
    ]) {
      const world = changedPolicy((spec) => {
        for (const rule of spec.egress) if (rule.ports[0]?.port === 6379) rule.to = [peer];
      });
      expect(findingsOf(dependencyEgress, world)).toMatchObject([{ path: 'workloads.api.uses (cache)' }]);
    }
  });

  test('finds "external HTTPS" written as pods of any namespace', () => {
    const world = changedPolicy((spec) => {
      for (const rule of spec.egress) if (rule.ports[0]?.port === 443) rule.to = [{ namespaceSelector: {} }];
    });
    expect(findingsOf(dependencyEgress, world)).toMatchObject([{ path: 'workloads.api.uses (storage)' }]);
  });

  test('finds that only one of two address ranges is let through', () => {
    const world = changedPolicy((spec) => {
      for (const rule of spec.egress) if (rule.ports[0]?.port === 5432) rule.to?.pop();
    }, restApi);
    expect(findingsOf(dependencyEgress, world)).toMatchObject([{ path: 'workloads.api.uses (database)' }]);
  });

  test('finds that the migration is cut off, whose pods have another label', () => {
    const world = changedPolicy(
      (spec) => {
        spec.egress = spec.egress.slice(0, 1);
      },
      itellicoApi,
      'api-migrate-network-policy',
    );
    expect(findingsOf(dependencyEgress, world)).toMatchObject([{ path: 'workloads.migration.uses (database)' }]);
  });

  test('is content where no policy isolates the pods', () => {
    const world = worldOf([itellicoApi], 'production', (objects) => objects.filter(({ kind }) => kind !== 'NetworkPolicy'));
    expect(findingsOf(dependencyEgress, world)).toEqual([]);
  });
});
