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

  const databaseRanges = (blocks: { cidr: string; except?: string[] }[], ports: object[] = [{ port: 5432 }]) =>
    changedPolicy((spec) => {
      for (const rule of spec.egress) {
        if (rule.ports[0]?.port !== 5432) continue;
        rule.to = blocks.map((ipBlock) => ({ ipBlock }));
        rule.ports = ports as Spec['egress'][number]['ports'];
      }
    }, restApi);

  const databaseRange = (block: { cidr: string; except?: string[] }, ports?: object[]) => databaseRanges([block], ports);

  test('finds a range that is narrower than the dependency, and one with a hole in it', () => {
    const slot = [{ path: 'workloads.api.uses (database)' }];
    expect(findingsOf(dependencyEgress, databaseRange({ cidr: '10.0.10.0/23' }))).toEqual([]);
    expect(findingsOf(dependencyEgress, databaseRanges([{ cidr: '10.0.10.0/24' }, { cidr: '10.0.11.0/24' }]))).toEqual([]);
    expect(findingsOf(dependencyEgress, databaseRanges([{ cidr: '10.0.10.0/28' }, { cidr: '10.0.11.0/28' }]))).toMatchObject(slot);
    expect(findingsOf(dependencyEgress, databaseRange({ cidr: '10.0.0.0/16', except: ['10.0.11.128/25'] }))).toMatchObject(slot);
    expect(findingsOf(dependencyEgress, databaseRange({ cidr: '10.0.0.0/16', except: ['10.0.0.0/24'] }))).toEqual([]);
    expect(findingsOf(dependencyEgress, databaseRange({ cidr: 'fd00::/8' }))).toMatchObject(slot);
    expect(findingsOf(dependencyEgress, databaseRange({ cidr: 'everywhere' }))).toMatchObject(slot);
  });

  test('understands ranges of ports', () => {
    expect(findingsOf(dependencyEgress, databaseRange({ cidr: '10.0.0.0/16' }, [{ port: 5000, endPort: 5999 }]))).toEqual([]);
    expect(findingsOf(dependencyEgress, databaseRange({ cidr: '10.0.0.0/16' }, [{ port: 5000, endPort: 5431 }]))).toHaveLength(1);
  });
});
