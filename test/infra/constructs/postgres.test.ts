import { containerOf, ownerOf, specOf, variablesOf } from '../support/pods';
import { at, deployableOf, named, synthesized } from '../support/synthesized';

const rest = synthesized('development', 'rest-api');
const itellico = synthesized('development', 'itellico-api');
const container = containerOf(rest, 'StatefulSet/postgres-deployment');

const script = (objects: typeof rest, name: string) => at<Record<string, string>>(named(objects, 'ConfigMap', name), 'data')['roles.sh'];

test('rest-api has the names of its guide, as a StatefulSet: two servers never write to one volume', () => {
  expect(named(rest, 'StatefulSet', 'postgres-deployment').spec).toMatchObject({ replicas: 1, serviceName: 'postgres-service' });
  expect(named(rest, 'Service', 'postgres-service').spec).toMatchObject({ ports: [{ port: 5432 }], selector: { app: 'postgres' } });
});

test('the claim of rest-api is 20Gi for one node at a time, and Argo CD never removes it', () => {
  const claim = named(rest, 'PersistentVolumeClaim', 'postgres-pvc');
  expect(claim.spec).toEqual({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } });
  expect(claim.metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' });
  expect(specOf(ownerOf(rest, 'StatefulSet/postgres-deployment')).volumes).toContainEqual({
    name: 'data',
    persistentVolumeClaim: { claimName: 'postgres-pvc' },
  });
});

test('the server of rest-api is PostgreSQL 15 with 250m and 512Mi, up to 500m and 1Gi', () => {
  expect(container.image).toMatch(/^postgres:15\./);
  expect(container.resources).toEqual({ requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '500m', memory: '1Gi' } });
});

test('data lie below the root of the volume, which may hold lost+found', () => {
  const { PGDATA = '' } = variablesOf(container);
  const mount = container.volumeMounts?.find(({ name }) => name === 'data')?.mountPath ?? '?';
  expect(PGDATA.startsWith(`${mount}/`)).toBe(true);
});

test('passwords come from a Secret of the server, not from that of the API', () => {
  expect(variablesOf(container)).toMatchObject({
    POSTGRES_PASSWORD: 'secret postgres-passwords/superuser',
    OWNER_PASSWORD: 'secret postgres-passwords/owner',
    APPLICATION_PASSWORD: 'secret postgres-passwords/application',
  });
});

test('an owner that migrates and an application role that owns nothing are made on the first start', () => {
  expect(script(rest, 'postgres-init')).toMatchInlineSnapshot(`
"set -e
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -v application_password="$APPLICATION_PASSWORD" \\
  --username postgres --dbname postgres <<'SQL'
CREATE ROLE rest_api_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE rest_api LOGIN PASSWORD :'application_password';
SELECT 'CREATE DATABASE rest_api_db' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'rest_api_db') \\gexec
ALTER DATABASE rest_api_db OWNER TO rest_api_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE rest_api_db FROM PUBLIC;
GRANT CONNECT ON DATABASE rest_api_db TO rest_api;
\\connect rest_api_db
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL
"
`);
});

test('neither role of itellico-api may pass row-level security', () => {
  expect(script(itellico, 'postgresql-init')).not.toMatch(/SUPERUSER|BYPASSRLS|CREATEDB|CREATEROLE/);
  expect(script(itellico, 'postgresql-init')).toMatch(/ALTER DATABASE mono OWNER TO api_owner/);
});

test('one role for both is refused', () => {
  const { database } = deployableOf('development', 'rest-api').system.dependencies;
  if (!database) throw new Error('no database');
  const same = { ...database, owner: database.user };
  expect(() => synthesized('development', 'rest-api', { dependencies: { database: same } })).toThrow(/another role than user/);
});

test('the server takes as many connections as the stack says, and counts its statements', () => {
  expect(container.args).toEqual(['-c', 'max_connections=100', '-c', 'shared_preload_libraries=pg_stat_statements']);
});

test('it takes the other parameters of the stack, too', () => {
  const { database } = deployableOf('development', 'rest-api').system.dependencies;
  if (!database) throw new Error('no database');
  const tuned = synthesized('development', 'rest-api', { dependencies: { database: { ...database, parameters: { work_mem: '8MB' } } } });
  expect(containerOf(tuned, 'StatefulSet/postgres-deployment').args?.slice(-2)).toEqual(['-c', 'work_mem=8MB']);
});

test('probes ask over TCP, which is closed while the roles are made', () => {
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    expect(at(container, `${probe}.exec.command`)).toEqual(['pg_isready', '--host=127.0.0.1', '--username=postgres']);
  }
});
