import { type Endpoint, mayConnect, mayReceive, maySend } from '../support/network';
import { at, everywhere, named, synthesized } from '../support/synthesized';

const api: Endpoint = { labels: { app: 'api', tier: 'backend', 'database-access': 'true' } };
const migration: Endpoint = { labels: { app: 'api-migrate' } };
const stranger: Endpoint = { labels: { app: 'stranger' } };
const controller: Endpoint = { namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' } };
const prometheus: Endpoint = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } };
const dns: Endpoint = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const pod = (app: string): Endpoint => ({ labels: { app } });

const itellico = synthesized('production', 'itellico-api');

const ours = everywhere.filter(([, system]) => system !== 'temporal-api');

test.each(ours)('nothing moves in the namespace of %s %s unless a policy says so', (...where) => {
  const objects = synthesized(...where);
  expect(named(objects, 'NetworkPolicy', 'default-deny').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  expect(mayReceive(objects, stranger, controller, 80)).toBe(false);
  expect(maySend(objects, stranger, dns, 53, 'UDP')).toBe(false);
});

test.each(['development', 'staging', 'production'] as const)(
  'what else runs beside Temporal in %s is not ours to isolate',
  (environment) => {
    const objects = synthesized(environment, 'temporal-api');
    expect(objects.of('NetworkPolicy').map(({ metadata }) => metadata.name)).not.toContain('default-deny');
    expect(mayReceive(objects, stranger, controller, 80)).toBe(true);
    expect(maySend(objects, stranger, dns, 53, 'UDP')).toBe(true);
  },
);

test.each(everywhere)('API and migration of %s %s resolve names over UDP and TCP', (...where) => {
  const objects = synthesized(...where);
  const senders = objects.pods.filter(({ object }) => object.kind !== 'StatefulSet');
  expect(senders).toHaveLength(2);
  for (const { labels } of senders) {
    expect(maySend(objects, { labels }, dns, 53, 'UDP')).toBe(true);
    expect(maySend(objects, { labels }, dns, 53, 'TCP')).toBe(true);
  }
});

test('names are resolved at the cache of the node, too, where the cluster has one', () => {
  const cache: Endpoint = { address: '169.254.20.10' };
  expect(maySend(itellico, api, cache, 53, 'UDP')).toBe(true);
  expect(maySend(synthesized('development', 'itellico-api'), api, cache, 53, 'UDP')).toBe(false);
});

describe('what comes in to itellico-api in production', () => {
  test.each<[string, Endpoint, number]>([
    ['the ingress controller', controller, 3001],
    ['frontend pods', pod('frontend'), 3001],
    ['Prometheus', prometheus, 9091],
  ])('%s may', (_who, from, port) => {
    expect(mayReceive(itellico, api, from, port)).toBe(true);
  });

  test.each<[string, Endpoint, number]>([
    ['the ingress controller, to the metrics', controller, 9091],
    ['Prometheus, to the API', prometheus, 3001],
    ['another pod of the namespace', stranger, 3001],
    ['the migration', migration, 3001],
    ['frontend pods of another namespace', { namespace: 'elsewhere', labels: { app: 'frontend' } }, 3001],
    ['another pod beside the controller', { namespace: 'ingress-nginx', labels: { app: 'x' } }, 3001],
    ['an address outside', { address: '203.0.113.7' }, 3001],
  ])('%s may not', (_who, from, port) => {
    expect(mayReceive(itellico, api, from, port)).toBe(false);
  });
});

describe('what itellico-api in production reaches, at both ends', () => {
  test.each<[string, Endpoint, number]>([
    ['the pooler', { labels: { 'cnpg.io/poolerName': 'postgresql-pooler' } }, 5432],
    ['Redis', pod('redis'), 6379],
    ['RabbitMQ', pod('rabbitmq'), 5672],
    ['Temporal', pod('temporal'), 7233],
    ['the mail relay', pod('mailpit'), 1025],
    ['the collector', pod('otel-collector'), 4317],
    ['a public address over HTTPS', { address: '203.0.113.7' }, 443],
  ])('%s', (_what, to, port) => {
    expect(mayConnect(itellico, api, to, port)).toBe(true);
  });

  test.each<[string, Endpoint, number]>([
    ['a public address on another port', { address: '203.0.113.7' }, 80],
    ['the metadata service of a cloud', { address: '169.254.169.254' }, 443],
    ['a private address', { address: '10.1.2.3' }, 443],
    ['an address of shared space', { address: '100.64.0.1' }, 443],
    ['a pod of another namespace', { namespace: 'elsewhere', labels: { app: 'redis' } }, 6379],
    ['the servers behind the pooler', { labels: { 'cnpg.io/cluster': 'postgresql' } }, 5432],
    ['Redis on another port', pod('redis'), 16379],
  ])('but not %s', (_what, to, port) => {
    expect(maySend(itellico, api, to, port)).toBe(false);
  });
});

describe('the PostgreSQL cluster', () => {
  const instance: Endpoint = { labels: { 'cnpg.io/cluster': 'postgresql' } };
  const pooler: Endpoint = { labels: { 'cnpg.io/poolerName': 'postgresql-pooler' } };
  const operator: Endpoint = { namespace: 'cnpg-system', labels: { 'app.kubernetes.io/name': 'cloudnative-pg' } };
  const apiServer: Endpoint = { address: '10.0.0.1' };

  test('is reached by pooler and migration, and by its own replicas', () => {
    for (const from of [pooler, migration, instance]) expect(mayConnect(itellico, from, instance, 5432)).toBe(true);
    expect(mayReceive(itellico, instance, api, 5432)).toBe(false);
  });

  test('is watched by its operator, and scraped by Prometheus', () => {
    expect(mayReceive(itellico, instance, operator, 8000)).toBe(true);
    expect(mayReceive(itellico, instance, prometheus, 9187)).toBe(true);
    expect(mayReceive(itellico, pooler, prometheus, 9127)).toBe(true);
  });

  test('calls the API server, as do its poolers: that is how the operator steers them', () => {
    for (const from of [instance, pooler]) expect(maySend(itellico, from, apiServer, 6443)).toBe(true);
  });
});

test.each<['itellico-api' | 'rest-api', string]>([
  ['itellico-api', 'postgresql'],
  ['rest-api', 'postgres'],
])('on development, %s and its migration reach the database, and only the API the cache', (system, database) => {
  const objects = synthesized('development', system);
  expect(mayConnect(objects, api, pod(database), 5432)).toBe(true);
  expect(mayConnect(objects, migration, pod(database), 5432)).toBe(true);
  expect(mayConnect(objects, api, pod('redis'), 6379)).toBe(true);
  expect(mayReceive(objects, pod('redis'), migration, 6379)).toBe(false);
  expect(maySend(objects, pod(database), { address: '203.0.113.7' }, 443)).toBe(false);
});

test('rest-api in production reaches its servers in the private subnets of AWS and HTTPS outside, and no other address', () => {
  const objects = synthesized('production', 'rest-api');
  for (const address of ['10.0.10.5', '10.0.11.5']) {
    expect(maySend(objects, api, { address }, 5432)).toBe(true);
    expect(maySend(objects, api, { address }, 6379)).toBe(true);
    expect(maySend(objects, migration, { address }, 5432)).toBe(true);
    expect(maySend(objects, migration, { address }, 6379)).toBe(false);
  }
  expect(maySend(objects, api, { address: '10.0.12.5' }, 5432)).toBe(false);
  expect(maySend(objects, api, { address: '203.0.113.7' }, 443)).toBe(true);
  expect(maySend(objects, api, { address: '203.0.113.7' }, 5432)).toBe(false);
  expect(maySend(objects, migration, { address: '203.0.113.7' }, 443)).toBe(false);
});

test('a server in another namespace is reached by namespace and label together', () => {
  const location = { kind: 'cluster', host: 'redis.data.svc.cluster.local', pods: { app: 'redis' }, namespace: 'data' } as const;
  const objects = synthesized('production', 'itellico-api', {
    dependencies: {
      cache: { kind: 'redis', location, tls: false, secret: { secret: 'api-secrets', key: 'redis-url' }, spelling: 'REDIS_URL' },
    },
  });
  expect(maySend(objects, api, { namespace: 'data', labels: { app: 'redis' } }, 6379)).toBe(true);
  expect(maySend(objects, api, { namespace: 'data', labels: { app: 'other' } }, 6379)).toBe(false);
  expect(maySend(objects, api, pod('redis'), 6379)).toBe(false);
});

test('in a namespace of somebody else, only our own pods and those of our certificate get policies', () => {
  const objects = synthesized('production', 'itellico-api', { namespace: { owned: false } });
  const selectors = objects.of('NetworkPolicy').map((policy) => at<Record<string, string>>(policy, 'spec.podSelector.matchLabels'));
  expect(selectors.map((labels) => Object.values(labels ?? { everything: 'all' })[0])).toEqual([
    'api',
    'api-migrate',
    'true',
    'postgresql',
    'postgresql-pooler',
    'redis',
  ]);
});

test.each(everywhere)('no policy of %s %s lets all pods or all namespaces in or out', (...where) => {
  for (const { spec } of synthesized(...where).of('NetworkPolicy')) {
    const rules = [...(at<object[]>(spec, 'ingress') ?? []), ...(at<object[]>(spec, 'egress') ?? [])] as {
      from?: unknown[];
      to?: unknown[];
      ports?: unknown[];
    }[];
    for (const { from, to, ports } of rules) {
      expect(ports?.length).toBeGreaterThan(0);
      expect((from ?? to)?.length).toBeGreaterThan(0);
      expect(JSON.stringify(from ?? to)).not.toContain('Selector":{}');
    }
  }
});

test('a caller in our namespace may send to the API, which its own end of the default deny would refuse', () => {
  expect(maySend(itellico, pod('frontend'), pod('api'), 3001)).toBe(true);
  expect(maySend(itellico, pod('frontend'), pod('api'), 9091)).toBe(false);
  expect(maySend(itellico, pod('frontend'), pod('redis'), 6379)).toBe(false);
});

test('the ingress controller reaches the solver of a certificate, and nobody else does', () => {
  const solver = { labels: { 'acme.cert-manager.io/http01-solver': 'true' } };
  expect(mayReceive(itellico, solver, { namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' } }, 8089)).toBe(
    true,
  );
  expect(mayReceive(itellico, solver, pod('frontend'), 8089)).toBe(false);
});
