import type { Redis } from '../../../infra/model/dependency';
import { redisEvict } from '../../../infra/rules/redis-evict';
import { changedProduction, itellicoApi, restApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

const resources = { cpu: '50m', memory: '128Mi', limits: { memory: '256Mi' } };
const secret = { secret: 'api-secrets', key: 'queue-url' };

const redisOf = (location: object): object => ({ kind: 'redis', location, tls: false, secret, spelling: 'QUEUE_REDIS_URL' });
const own = (app: string) => redisOf({ kind: 'own', app, image: 'redis:7.4.6', storage: '1Gi', resources });

const production = (queue: object, ...change: Parameters<typeof worldOf>[2][]) =>
  worldOf([changedProduction(itellicoApi, { dependencies: { queue } }), restApi], 'production', ...change);

/** With another value of a setting of a server. */
const told =
  (name: string, setting: string, value: string): Parameters<typeof worldOf>[2] =>
  (objects) => {
    const { args } = containerOf(find(objects, 'StatefulSet', name));
    args[args.indexOf(setting) + 1] = value;
    return undefined;
  };

describe('REDIS-EVICT', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(redisEvict, worldOf(stacks, environment))).toEqual([]);
  });

  test('lets a queue with a server of its own pass', () => {
    expect(findingsOf(redisEvict, production(own('jobs')))).toEqual([]);
  });

  test('finds a queue that evicts, or forgets all over a restart', () => {
    expect(findingsOf(redisEvict, production(own('jobs'), told('jobs', '--maxmemory-policy', 'allkeys-lru')))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'dependencies.queue',
        got: 'maxmemory-policy allkeys-lru',
        allowed: 'maxmemory-policy noeviction and appendonly yes: a queue loses no job',
        fix: "Let the slot queue make the server's settings.",
      },
    ]);
    expect(findingsOf(redisEvict, production(own('jobs'), told('jobs', '--appendonly', 'no')))).toMatchObject([
      { path: 'dependencies.queue', got: 'no append-only file' },
    ]);
  });

  test('finds a cache that refuses what is new when it is full', () => {
    expect(findingsOf(redisEvict, production(own('jobs'), told('redis', '--maxmemory-policy', 'noeviction')))).toMatchObject([
      { path: 'dependencies.cache', got: 'maxmemory-policy noeviction' },
    ]);
  });

  test('finds a queue in the cache of another system, outside of the cluster or within', () => {
    const cacheOf = (location: object) => ({ ...restApi.production.dependencies?.cache, location }) as Redis;
    const shared = (cache: object, queue: object) =>
      findingsOf(
        redisEvict,
        worldOf([
          changedProduction(itellicoApi, { dependencies: { queue: redisOf(queue) } }),
          changedProduction(restApi, { dependencies: { cache: cacheOf(cache) } }),
        ]),
      );
    const external = { kind: 'external', host: 'redis.example.com' };
    expect(shared(external, external)).toMatchObject([
      {
        at: 'production.itellico-api',
        path: 'dependencies.queue.location',
        got: 'redis.example.com, which is the cache of production.rest-api',
      },
    ]);
    const pods = { app: 'redis' };
    const elsewhere = { kind: 'cluster', host: 'redis.data.svc.cluster.local', pods, namespace: 'data' };
    expect(shared(elsewhere, { ...elsewhere, host: 'redis.data' })).toMatchObject([
      { got: 'data/redis, which is the cache of production.rest-api' },
    ]);
    expect(shared(elsewhere, { ...elsewhere, host: 'jobs.data' })).toEqual([]);
    expect(shared({ kind: 'cluster', host: 'redis', pods }, { kind: 'cluster', host: 'redis', pods }).map(({ path }) => path)).toEqual([
      'dependencies.queue.location',
    ]);
  });

  test('finds a queue in the cache of the same system', () => {
    const location = { kind: 'cluster', host: 'redis', pods: { app: 'redis' } };
    expect(findingsOf(redisEvict, production(redisOf(location)))).toMatchObject([
      { got: 'itellico-mono/redis, which is the cache of production.itellico-api' },
    ]);
  });
});
