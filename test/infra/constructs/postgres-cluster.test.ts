import { at, named, synthesized } from '../support/synthesized';

const production = synthesized('production', 'itellico-api');
const cluster = named(production, 'Cluster', 'postgresql');
const pooler = named(production, 'Pooler', 'postgresql-pooler');

test('production of itellico-api has three servers, staging one, with smaller disks', () => {
  expect(cluster.spec).toMatchObject({ instances: 3, storage: { size: '50Gi' } });
  expect(named(synthesized('staging', 'itellico-api'), 'Cluster', 'postgresql').spec).toMatchObject({
    instances: 1,
    storage: { size: '10Gi' },
  });
});

test('the owner makes the database, and the role of the API is added without any right', () => {
  expect(at(cluster, 'spec.bootstrap')).toEqual({
    initdb: { database: 'mono', owner: 'api_owner', secret: { name: 'postgresql-owner' } },
  });
  expect(at(cluster, 'spec.managed.roles')).toEqual([
    {
      name: 'api',
      ensure: 'present',
      login: true,
      inherit: true,
      connectionLimit: -1,
      passwordSecret: { name: 'postgresql-application' },
    },
  ]);
});

test('twenty pods and one more of twenty connections each fit the pooler, and its connections fit the server', () => {
  const parameters = at<Record<string, string>>(pooler, 'spec.pgbouncer.parameters');
  const instances = at<number>(pooler, 'spec.instances');
  const most = Number(at<Record<string, string>>(cluster, 'spec.postgresql.parameters').max_connections);
  expect(instances * Number(parameters.max_client_conn)).toBeGreaterThanOrEqual((20 + 1) * 20);
  expect(instances * Number(parameters.default_pool_size)).toBeLessThan(most);
});

test('the servers count their statements: the operator loads the library for any parameter of it', () => {
  expect(at(cluster, 'spec.postgresql.parameters')).toHaveProperty(['pg_stat_statements.max']);
  expect(at(cluster, 'spec.postgresql')).not.toHaveProperty('shared_preload_libraries');
});

test('the pooler hands out connections by transaction and keeps named statements', () => {
  expect(pooler.spec).toMatchObject({
    cluster: { name: 'postgresql' },
    type: 'rw',
    pgbouncer: { poolMode: 'transaction', parameters: { max_prepared_statements: '200' } },
  });
});

test('Argo CD never removes the cluster, behind which the data lie', () => {
  expect(cluster.metadata.annotations).toMatchObject({ 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' });
});

test('the migration goes past the pooler, whose transactions would lose its lock', () => {
  const url = (name: string): string =>
    at<Record<string, string>>(named(production, 'ExternalSecret', name), 'spec.target.template.data')['database-url'] ?? '';
  expect(url('api-migrate-secrets')).toContain('@postgresql-rw:5432/');
  expect(url('api-secrets')).toContain('@postgresql-pooler:5432/');
});
