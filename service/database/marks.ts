import type { Cluster, Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { beyondAll, type LogPosition } from './log-position';
import type { Scope } from './scope';

/** How far a replica has to be before it may answer reads of a scope. Nothing here rejects. */
export interface Marks {
  /** Keeps the greater of this position and the one that is known. */
  remember(scope: Scope, position: LogPosition): Promise<void>;
  /** @returns undefined when any replica will do */
  find(scope: Scope): Promise<LogPosition | undefined>;
}

/** Seconds. Far more than a healthy replica is behind, and than a user takes to look at what was just saved. */
const lifetime = 30;

// One command for asking and setting: of two writers at once the later position stays.
const keepGreater = `
local known = redis.call('GET', KEYS[1])
local greater = (known and known > ARGV[1]) and known or ARGV[1]
redis.call('SET', KEYS[1], greater, 'EX', ARGV[2])`;

const keyOf = (scope: Scope): string => `read-your-writes:${scope === 'identity' ? scope : scope.organizationId}`;

const greater = (one: LogPosition | undefined, other: LogPosition | undefined): LogPosition | undefined =>
  (one ?? '') > (other ?? '') ? one : other;

/**
 * In Redis, where all processes of the service see them, and in memory: a process knows its own writes without Redis, too.
 * @param redis asked at each call, and null where there is none
 */
export const positionMarks = (redis: () => Redis | Cluster | null): Marks => {
  // Organizations that write within one lifetime; about 20 MB when full.
  const own = new LRUCache<string, LogPosition>({ max: 100_000, ttl: lifetime * 1_000 });
  return {
    remember: async (scope, position) => {
      const key = keyOf(scope);
      own.set(key, greater(own.get(key), position) as LogPosition);
      await redis()
        ?.eval(keepGreater, 1, key, position, lifetime)
        .catch(() => {});
    },
    find: async (scope) => {
      const key = keyOf(scope);
      const shared = await redis()
        ?.get(key)
        .catch(() => beyondAll);
      return greater(own.get(key), shared ?? undefined);
    },
  };
};
