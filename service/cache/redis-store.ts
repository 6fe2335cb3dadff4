import type { Cluster, Redis } from 'ioredis';
import { clearCache } from './clear';
import { type MissedWrites, missedWrites } from './missed-writes';
import { cachePrefix } from './names';
import { removal, type Store, type Stores } from './store';

/** One key a command: keys of one command would have to share a slot in a cluster. */
const storeOf = (redis: Redis | Cluster, place: (key: string) => string, missed: MissedWrites): Store => ({
  get: async (key) => {
    if (missed.has(key)) return undefined;
    try {
      return (await redis.get(place(key))) ?? undefined;
    } catch {
      return undefined;
    }
  },
  put: async (key, text, lifetime) => {
    try {
      await redis.set(place(key), text, 'EX', lifetime);
    } catch {
      missed.add(key);
    }
  },
  add: async (key, text, lifetime) => {
    try {
      await redis.set(place(key), text, 'EX', lifetime, 'NX');
    } catch {
      // The next reader will add it.
    }
  },
});

/**
 * Shared by all processes.
 * @param prefix that the connection puts before every key
 */
export const redisStores = (redis: Redis | Cluster, prefix: string): Stores => {
  const all: MissedWrites[] = [];
  return {
    of: (name) => {
      const place = (key: string): string => `${cachePrefix}${name}:${key}`;
      const missed = missedWrites({
        possible: () => redis.status === 'ready',
        one: (key) => redis.set(place(key), removal.text(), 'EX', removal.lifetime),
        all: () => clearCache(redis, prefix, name),
      });
      all.push(missed);
      return storeOf(redis, place, missed);
    },
    close: async () => {
      for (const missed of all) missed.close();
      redis.removeAllListeners('close');
      if (redis.status === 'ready') await redis.quit().catch(() => redis.disconnect());
      else redis.disconnect();
    },
  };
};
