import { LRUCache } from 'lru-cache';
import type { Config } from '../contract/types';
import type { Cache } from './cache';

/** One per process: two replicas may differ for as long as a value lives. */
export const memoryCache = ({ max, ttl: usual, checkperiod }: Config['cache']): Cache => {
  const entries = new LRUCache<string, string>({ max });
  // Dead values are dropped when read; the sweep frees those that nobody asks for again. 0 means never.
  const sweep = checkperiod > 0 ? setInterval(() => entries.purgeStale(), checkperiod * 1_000).unref() : undefined;
  const set = (key: string, value: unknown, ttl = usual): void => {
    // A lifetime of 0 means "no caching", which the library would read as "for ever".
    if (ttl > 0) entries.set(key, JSON.stringify(value), { ttl: ttl * 1_000 });
  };
  return {
    get: async (key) => {
      const text = entries.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    set: async (key, value, ttl) => set(key, value, ttl),
    add: async (key, value, ttl) => {
      if (!entries.has(key)) set(key, value, ttl);
    },
    delete: async (key) => {
      entries.delete(key);
    },
    close: async () => clearInterval(sweep),
  };
};
