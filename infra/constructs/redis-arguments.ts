import type { OwnRedis, RedisCluster } from '../model/dependency';
import { mebibytes } from '../model/units';

/** The user `redis` of the Debian image. */
export const redisUser = 999;

/** Memory for values as a share of the limit; the rest is for clients, copies and the allocator. */
const valueShare = 0.75;

/** Which of the slots that a Redis can fill. */
export type RedisSlot = 'cache' | 'queue';

/** A cache forgets what was least used; a queue refuses new jobs before it forgets one. */
const eviction: Readonly<Record<RedisSlot, string>> = { cache: 'allkeys-lru', queue: 'noeviction' };

/** The server and what it is told, whichever way it runs. */
export const redisArguments = ({ maxmemory, resources, storage }: OwnRedis | RedisCluster, slot: RedisSlot): string[] => [
  'redis-server',
  '--requirepass',
  '$(REDIS_PASSWORD)',
  '--maxmemory',
  `${maxmemory ? mebibytes(maxmemory) : Math.floor(mebibytes(resources.limits.memory) * valueShare)}mb`,
  '--maxmemory-policy',
  eviction[slot],
  '--save',
  '',
  ...(storage ? ['--appendonly', 'yes'] : []),
];
