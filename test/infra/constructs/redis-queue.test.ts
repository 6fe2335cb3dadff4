import type { OwnRedis, Redis } from '../../../infra/model/dependency';
import { checkAll } from '../../../infra/rules';
import { mayConnect } from '../support/network';
import { containerOf, ownerOf, specOf, variablesOf } from '../support/pods';
import { deployableOf, named, objectsOf, synthesized } from '../support/synthesized';

const location: OwnRedis = {
  kind: 'own',
  app: 'jobs',
  image: 'redis:7.4.6',
  storage: '2Gi',
  resources: { cpu: '50m', memory: '128Mi', limits: { memory: '256Mi' } },
};

const queue: Redis = {
  kind: 'redis',
  location,
  tls: false,
  secret: { secret: 'api-secrets', key: 'queue-url' },
  spelling: 'QUEUE_REDIS_URL',
};

const uses = ['database', 'cache', 'queue'] as const;
const objects = synthesized('development', 'rest-api', { dependencies: { queue }, workloads: { api: { uses } } });
const container = containerOf(objects, 'StatefulSet/jobs');

const argument = (of: typeof container, name: string): string | undefined => {
  const index = of.args?.indexOf(name) ?? -1;
  return index < 0 ? undefined : of.args?.[index + 1];
};

test('a Redis that is a queue refuses new jobs before it forgets one, and keeps them over a restart', () => {
  expect(argument(container, '--maxmemory-policy')).toBe('noeviction');
  expect(argument(container, '--maxmemory')).toBe('192mb');
  expect(argument(container, '--appendonly')).toBe('yes');
  expect(specOf(ownerOf(objects, 'StatefulSet/jobs')).volumes).toEqual([
    { name: 'data', persistentVolumeClaim: { claimName: 'jobs-data' } },
  ]);
  expect(named(objects, 'PersistentVolumeClaim', 'jobs-data')).toMatchObject({
    metadata: { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' } },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
  });
});

test('the queue has a server and a password of its own beside the cache', () => {
  expect(variablesOf(container).REDIS_PASSWORD).toBe('secret jobs-passwords/password');
  expect(variablesOf(containerOf(objects, 'StatefulSet/redis')).REDIS_PASSWORD).toBe('secret redis-passwords/password');
  const passwords = ['jobs', 'redis'].map(
    (app) => (named(objects, 'Secret', `${app}-passwords`).stringData as { password: string }).password,
  );
  expect(passwords[0]).not.toBe(passwords[1]);
  const urls = named(objects, 'Secret', 'api-secrets').stringData as Record<string, string>;
  expect(urls['queue-url']).toBe(`redis://:${passwords[0]}@jobs:6379/0`);
});

test('the API reaches both, and finds the queue under its own variable', () => {
  for (const app of ['jobs', 'redis']) expect(mayConnect(objects, { labels: { app: 'api' } }, { labels: { app } }, 6379)).toBe(true);
  const variables = variablesOf(containerOf(objects, 'Deployment/api-deployment'));
  expect(variables.QUEUE_REDIS_URL).toBe('secret api-secrets/queue-url');
  expect(variables.REDIS_HOST).toMatch(/^config /);
});

test('a cache keeps what it has over a restart where the stack asks for it', () => {
  const cache: Redis = {
    kind: 'redis',
    location: { ...location, app: 'redis', maxmemory: '100Mi' },
    tls: false,
    secret: { secret: 'api-secrets', key: 'redis-url' },
    spelling: 'REDIS_URL',
  };
  const kept = containerOf(synthesized('development', 'itellico-api', { dependencies: { cache } }), 'StatefulSet/redis');
  expect([argument(kept, '--appendonly'), argument(kept, '--maxmemory-policy'), argument(kept, '--maxmemory')]).toEqual([
    'yes',
    'allkeys-lru',
    '100mb',
  ]);
});

test('every rule is content with both', () => {
  const deployable = deployableOf('development', 'rest-api', { dependencies: { queue }, workloads: { api: { uses } } });
  const found = checkAll({ deployables: [deployable], objects: objectsOf(deployable) });
  expect(found.filter(({ rule }) => rule.severity === 'error')).toEqual([]);
});

describe('what contradicts itself is refused', () => {
  const errorOf = (change: object): string => {
    try {
      deployableOf('development', 'rest-api', { dependencies: change });
    } catch (error) {
      return (error as Error).message;
    }
    return 'nothing';
  };

  test.each<[string, object, string]>([
    [
      'a queue without a volume',
      { queue: { ...queue, location: { ...location, storage: undefined } } },
      'a volume: a queue keeps its jobs',
    ],
    ['a queue in a cluster', { queue: { ...queue, location: { ...location, kind: 'redisCluster', app: 'jobs' } } }, 'a single server'],
    ['a queue under the name of the cache', { queue: { ...queue, spelling: 'REDIS_URL' } }, 'QUEUE_REDIS_URL in the slot queue'],
    ['a cache under the name of the queue', { cache: queue }, 'REDIS_URL or REDIS_* in the slot cache'],
    [
      'one server that is said to be a cluster',
      { cache: { ...queue, spelling: 'REDIS_URL', mode: 'cluster' } },
      'single at one server of our own',
    ],
    [
      'a cluster that is said to be one server',
      {
        cache: {
          ...queue,
          spelling: 'REDIS_URL',
          mode: 'single',
          location: { kind: 'redisCluster', app: 'redis', image: 'redis:7.4.6', storage: '1Gi', resources: location.resources },
        },
      },
      'cluster at a redisCluster',
    ],
  ])('%s', (_what, change, allowed) => {
    expect(errorOf(change)).toContain(allowed);
  });
});

test('a cluster that AWS runs is told to the service as one', () => {
  const cache: Redis = {
    kind: 'redis',
    location: { kind: 'external', host: 'clustercfg.example.use1.cache.amazonaws.com' },
    mode: 'cluster',
    tls: true,
    secret: { secret: 'api-secrets', key: 'REDIS_PASSWORD' },
    spelling: 'REDIS_*',
  };
  const map = named(synthesized('production', 'rest-api', { dependencies: { cache } }), 'ConfigMap', 'api-config').data;
  expect(map).toMatchObject({ REDIS_MODE: 'cluster', REDIS_TLS: 'true', REDIS_HOST: 'clustercfg.example.use1.cache.amazonaws.com' });
});
