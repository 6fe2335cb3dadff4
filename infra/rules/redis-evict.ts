import type { Redis } from '../model/dependency';
import { type Deployable, placeOf } from '../model/deployable';
import { containersOf, type Objects } from './objects';
import { redisServerOf } from './redis-servers';
import type { Rule } from './rule';
import { matches } from './selectors';

interface Use {
  deployable: Deployable;
  slot: 'cache' | 'queue';
  redis: Redis;
}

const usesOf = (deployable: Deployable): Use[] =>
  (['cache', 'queue'] as const).flatMap((slot) => {
    const redis = deployable.system.dependencies[slot];
    return redis?.kind === 'redis' ? [{ deployable, slot, redis }] : [];
  });

/** One server, whoever names it. */
const serverOf = ({ deployable, redis: { location } }: Use): string => {
  if (location.kind === 'own' || location.kind === 'redisCluster') return `${deployable.namespace}/${location.app}`;
  if (location.kind === 'external') return location.host;
  const [name, namespace = location.namespace ?? deployable.namespace] = location.host.split('.');
  return `${namespace}/${name}`;
};

/** What keeps a server of ours from its purpose; of others nobody here knows how they run. */
const wrongSettings = (objects: Objects, { deployable, slot, redis: { location } }: Use): string[] => {
  if (location.kind !== 'own' && location.kind !== 'redisCluster') return [];
  const containers = objects
    .podsWithin(deployable.namespace)
    .filter(({ labels }) => matches({ app: location.app }, labels))
    .flatMap(containersOf);
  return containers.flatMap((container) => {
    const server = redisServerOf(container);
    if (!server) return [];
    const policy = server.setting('maxmemory-policy') ?? 'noeviction';
    if (slot === 'cache') return policy === 'noeviction' ? ['maxmemory-policy noeviction'] : [];
    return [
      ...(policy === 'noeviction' ? [] : [`maxmemory-policy ${policy}`]),
      ...(server.setting('appendonly') === 'yes' ? [] : ['no append-only file']),
    ];
  });
};

const allowed = {
  cache: 'a policy that evicts, such as allkeys-lru: a full cache makes room',
  queue: 'maxmemory-policy noeviction and appendonly yes: a queue loses no job',
} as const;

export const redisEvict: Rule = {
  code: 'REDIS-EVICT',
  title: 'A cache forgets, a queue does not, and they are two servers',
  why: 'A full cache evicts jobs that nobody will ever miss until a customer does.',
  severity: 'error',
  reads: 'world',
  *check({ deployables, objects }) {
    const uses = deployables.flatMap(usesOf);
    for (const use of uses) {
      const { deployable, slot } = use;
      const at = placeOf(deployable);
      const wrong = wrongSettings(objects, use);
      if (wrong.length > 0) {
        yield {
          at,
          path: `dependencies.${slot}`,
          got: wrong.join(', '),
          allowed: allowed[slot],
          fix: `Let the slot ${slot} make the server's settings.`,
        };
      }
      const cache = slot === 'queue' && uses.find((other) => other.slot === 'cache' && serverOf(other) === serverOf(use));
      if (!cache) continue;
      yield {
        at,
        path: `dependencies.${slot}.location`,
        got: `${serverOf(use)}, which is the cache of ${placeOf(cache.deployable)}`,
        allowed: "a server that is nobody's cache",
        fix: 'Give the queue a Redis of its own.',
      };
    }
  },
};
