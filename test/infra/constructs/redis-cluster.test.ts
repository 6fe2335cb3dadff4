import { redisClusterScript } from '../../../infra/constructs/redis-cluster-script';
import type { Redis } from '../../../infra/model/dependency';
import { checkAll } from '../../../infra/rules';
import { mayConnect } from '../support/network';
import { containerOf, ownerOf, specOf, variablesOf } from '../support/pods';
import { at, deployableOf, named, objectsOf, synthesized } from '../support/synthesized';

const cache: Redis = {
  kind: 'redis',
  location: {
    kind: 'redisCluster',
    app: 'redis',
    image: 'redis:7.4.6',
    storage: '5Gi',
    maxmemory: '2Gi',
    resources: { cpu: '250m', memory: '3Gi', limits: { memory: '3Gi' } },
  },
  tls: false,
  secret: { secret: 'api-secrets', key: 'redis-url' },
  spelling: 'REDIS_URL',
};

const objects = synthesized('production', 'itellico-api', { dependencies: { cache } });
const id = 'StatefulSet/redis';
const set = named(objects, 'StatefulSet', 'redis');
const container = containerOf(objects, id);

const argument = (name: string): string | undefined => container.args?.[container.args.indexOf(name) + 1];

test('six pods start together, each with a volume and a name of its own', () => {
  expect(set.spec).toMatchObject({ replicas: 6, serviceName: 'redis-nodes', podManagementPolicy: 'Parallel' });
  expect(at(set, 'spec.volumeClaimTemplates')).toMatchObject([
    { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } } },
  ]);
  expect(named(objects, 'Service', 'redis-nodes').spec).toMatchObject({
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    selector: { app: 'redis' },
    ports: [{ port: 6379 }, { port: 16379 }],
  });
  expect(variablesOf(container).NODES?.split(' ')).toEqual([0, 1, 2, 3, 4, 5].map((index) => `redis-${index}.redis-nodes:6379`));
});

test('nodes announce names, under which clients are sent on, so that addresses may change', () => {
  expect(argument('--cluster-announce-hostname')).toBe('$(POD_NAME).redis-nodes');
  expect(argument('--cluster-preferred-endpoint-type')).toBe('hostname');
  expect(argument('--cluster-announce-ip')).toBe('$(POD_IP)');
  const fields = container.env
    ?.filter(({ name }) => name.startsWith('POD_'))
    .map((variable) => at(variable, 'valueFrom.fieldRef.fieldPath'));
  expect(fields).toEqual(['metadata.name', 'status.podIP']);
});

test('clients and nodes need the password of its Secret', () => {
  expect([argument('--requirepass'), argument('--masterauth')]).toEqual(['$(REDIS_PASSWORD)', '$(REDIS_PASSWORD)']);
  expect(variablesOf(container)).toMatchObject({
    REDIS_PASSWORD: 'secret redis-passwords/password',
    REDISCLI_AUTH: 'secret redis-passwords/password',
  });
  expect(at(named(objects, 'ExternalSecret', 'redis-passwords'), 'spec.target.template.data')).toEqual({
    password: '{{ .cache_password }}',
  });
});

test('each node holds the 2 GiB that the stack says, forgets the least used, and writes what it has to its volume', () => {
  expect(argument('--maxmemory')).toBe('2048mb');
  expect(argument('--maxmemory-policy')).toBe('allkeys-lru');
  expect([argument('--appendonly'), argument('--dir')]).toEqual(['yes', '/data']);
});

test('the service is told the name of the cluster and that it is one', () => {
  const variables = variablesOf(containerOf(objects, 'Deployment/api'));
  expect(variables).toMatchObject({ REDIS_URL: 'secret api-secrets/redis-url', REDIS_MODE: 'cluster' });
  const data = at<Record<string, string>>(named(objects, 'ExternalSecret', 'api-secrets'), 'spec.target.template.data');
  expect(data['redis-url']).toMatch(/^redis:\/\/:.*@redis:6379\/0$/);
  expect(named(objects, 'Service', 'redis').spec).toMatchObject({ selector: { app: 'redis' }, ports: [{ port: 6379 }] });
});

test('one pod at a time may be evicted, and pods spread over nodes and zones', () => {
  expect(named(objects, 'PodDisruptionBudget', 'redis').spec).toMatchObject({
    maxUnavailable: 1,
    selector: { matchLabels: { app: 'redis' } },
  });
  const spread = at<{ topologyKey: string }[]>(set, 'spec.template.spec.topologySpreadConstraints');
  expect(spread.map(({ topologyKey }) => topologyKey)).toEqual(['kubernetes.io/hostname', 'topology.kubernetes.io/zone']);
});

test('the script runs the server, says when it is ready, hands over, and its change rolls the pods', () => {
  expect(container.command).toEqual(['sh', '/scripts/cluster.sh', 'start']);
  expect(container.args?.[0]).toBe('redis-server');
  expect(container.readinessProbe).toMatchObject({ exec: { command: ['sh', '/scripts/cluster.sh', 'ready'] } });
  expect(container.lifecycle).toEqual({ preStop: { exec: { command: ['sh', '/scripts/cluster.sh', 'leave'] } } });
  expect(named(objects, 'ConfigMap', 'redis-script').data).toEqual({ 'cluster.sh': redisClusterScript });
  expect(at(set, 'spec.template.metadata.annotations')).toHaveProperty('checksum/script');
  expect(specOf(ownerOf(objects, id)).terminationGracePeriodSeconds).toBeGreaterThan(10 + 10);
});

test('its pods have an identity of their own, without a token', () => {
  expect(specOf(ownerOf(objects, id))).toMatchObject({ serviceAccountName: 'redis', automountServiceAccountToken: false });
  expect(named(objects, 'ServiceAccount', 'redis')).toMatchObject({ automountServiceAccountToken: false });
});

describe('the network', () => {
  const pod = (app: string) => ({ labels: { app } });

  test('leads clients to 6379 and not to the bus', () => {
    expect(mayConnect(objects, pod('api'), pod('redis'), 6379)).toBe(true);
    expect(mayConnect(objects, pod('api'), pod('redis'), 16379)).toBe(false);
  });

  test('leads nodes to each other on both ports, and to DNS alone besides', () => {
    expect(mayConnect(objects, pod('redis'), pod('redis'), 6379)).toBe(true);
    expect(mayConnect(objects, pod('redis'), pod('redis'), 16379)).toBe(true);
    const dns = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
    expect(mayConnect(objects, pod('redis'), dns, 53)).toBe(true);
    expect(mayConnect(objects, pod('redis'), pod('api'), 3001)).toBe(false);
    expect(mayConnect(objects, pod('redis'), { address: '203.0.113.9' }, 443)).toBe(false);
  });

  test.each(['frontend', 'api-migrate', 'stranger'])('keeps %s out', (app) => {
    expect(mayConnect(objects, pod(app), pod('redis'), 6379)).toBe(false);
    expect(mayConnect(objects, pod(app), pod('redis'), 16379)).toBe(false);
  });
});

test('the quota has room for six of it', () => {
  const memory = (dependencies: object): number => {
    const quota = named(synthesized('production', 'itellico-api', { dependencies }), 'ResourceQuota', 'quota');
    return Number.parseInt(at<Record<string, string>>(quota, 'spec.hard')['requests.memory'] ?? '', 10);
  };
  expect(memory({ cache }) - memory({})).toBe(6 * 3 * 1_024 - 128);
});

test.each(['development', 'staging', 'production'] as const)('every rule is content with it in %s', (environment) => {
  const deployable = deployableOf(environment, 'rest-api', { dependencies: { cache: { ...cache, spelling: 'REDIS_*' } } });
  const found = checkAll({ deployables: [deployable], objects: objectsOf(deployable) });
  expect(found.filter(({ rule }) => rule.severity === 'error')).toEqual([]);
});
