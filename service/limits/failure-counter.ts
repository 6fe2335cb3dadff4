import type { Cluster, Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import {
  type IRateLimiterOptions,
  RateLimiterMemory,
  RateLimiterRedis,
  type RateLimiterRes,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { commandTimeout } from '../cache/redis';

// Some 6 MB when full. To have a key forgotten before its time costs as many failures of other keys.
const maxKeys = 10_000;

/**
 * The library's own keeps each key, and a timer for it, until its window ends: guesses at accounts that do not exist
 * would fill the process. Here the key that failed longest ago makes room.
 */
class BoundedMemory extends RateLimiterMemory {
  readonly #keys = new LRUCache<string, true>({
    max: maxKeys,
    dispose: (_value, key, reason) => {
      if (reason === 'evict') void this.delete(key);
    },
  });

  override penalty(key: string, points?: number, options?: Record<string, unknown>): Promise<RateLimiterRes> {
    this.#keys.set(key, true);
    return super.penalty(key, points, options);
  }
}

/** Each answer is the wait in milliseconds: 0 for a key that may go on. None rejects because Redis is away. */
export interface FailureCounter {
  /** Waits once the failures are as many as allowed: the next one would be too many. */
  check(key: string): Promise<number>;
  /** Counts one failure, and waits when it was more than allowed. */
  add(key: string): Promise<number>;
  /** Forgets the key, unless it has to wait. */
  forget(key: string): Promise<number>;
}

interface Limit {
  /** Failures within the window. */
  max: number;
  /** In milliseconds; rounded up to seconds, at least one: the library takes none as "for ever". */
  timeWindow: number;
}

const insured = (options: IRateLimiterOptions, redis: Redis | Cluster, insuranceLimiter: RateLimiterMemory): RLWrapperTimeouts =>
  new RLWrapperTimeouts({
    // Whatever `enableOfflineQueue` says, the client holds a transaction back for a cluster that it never reached.
    limiter: new RateLimiterRedis({ ...options, storeClient: redis, rejectIfRedisNotReady: true }),
    insuranceLimiter,
    // For the whole: in a cluster the client tries again elsewhere, each time with a time limit of its own.
    timeoutMs: commandTimeout,
  });

/**
 * Failures by key, in a window that begins with the first and ends on time: what fails in it later, or while the key is
 * to wait, does not extend it. Hence no `blockDuration`. No `inMemoryBlockOnConsumed` either: one process would go on
 * refusing what another forgot.
 * @param redis shared by all processes. While it is away each counts in its own memory, from zero
 */
export const failureCounter = (name: string, { max, timeWindow }: Limit, redis: Redis | Cluster | null): FailureCounter => {
  const options = { keyPrefix: `auth-failures:${name}`, points: max, duration: Math.max(1, Math.ceil(timeWindow / 1_000)) };
  const memory = new BoundedMemory(options);
  const limiter = redis ? insured(options, redis, memory) : memory;

  const waitFrom = (failures: number, state: RateLimiterRes | null): number =>
    state && state.consumedPoints >= failures ? Math.max(0, state.msBeforeNext) : 0;
  // Both: a Redis that refuses writes, for want of disk or replicas, still answers reads, without what it refused.
  const states = (key: string) => Promise.all([limiter.get(key), memory.get(key)]);
  const longest = (known: readonly (RateLimiterRes | null)[]): number => Math.max(...known.map((state) => waitFrom(max, state)));

  return {
    check: async (key) => longest(await states(key)),
    add: async (key) => waitFrom(max + 1, await limiter.penalty(key)),
    forget: async (key) => {
      const known = await states(key);
      const wait = longest(known);
      if (wait === 0 && known.some(Boolean)) await Promise.all([limiter.delete(key), memory.delete(key)]);
      return wait;
    },
  };
};
