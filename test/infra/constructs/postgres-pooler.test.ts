import { deployableOf, named, synthesized } from '../support/synthesized';

const production = synthesized('production', 'pet-backend');

test.each([
  ['pet-postgres-pooler', 'rw'],
  ['pet-postgres-pooler-ro', 'ro'],
])('%s stands before the servers of type %s, twice, with a budget of one', (name, type) => {
  expect(named(production, 'Pooler', name).spec).toMatchObject({
    cluster: { name: 'pet-postgres' },
    type,
    instances: 2,
    pgbouncer: { poolMode: 'transaction', parameters: { default_pool_size: '80', max_client_conn: '600', max_prepared_statements: '200' } },
  });
  expect(named(production, 'PodDisruptionBudget', name).spec).toMatchObject({
    maxUnavailable: 1,
    selector: { matchLabels: { 'cnpg.io/poolerName': name } },
  });
});

test('a reader brings a pooler and no second cluster', () => {
  expect(production.of('Cluster').map(({ metadata }) => metadata.name)).toEqual(['pet-postgres']);
  expect(
    synthesized('staging', 'pet-backend')
      .of('Pooler')
      .map(({ metadata }) => metadata.name),
  ).toEqual(['pet-postgres-pooler']);
});

test('one pooler has no budget, which would hold up every drain', () => {
  const { database } = deployableOf('staging', 'pet-backend').system.dependencies;
  if (database?.location.kind !== 'cloudNativePg') throw new Error('staging has no pooler');
  const { location } = database;
  const alone = { ...database, location: { ...location, pooler: { ...location.pooler, instances: 1, maxClients: 1_000 } } };
  const objects = synthesized('staging', 'pet-backend', { dependencies: { database: alone } });
  expect(objects.of('Pooler')).toHaveLength(1);
  expect(objects.of('PodDisruptionBudget').map(({ metadata }) => metadata.name)).not.toContain('pet-postgres-pooler');
});
