import { LRUCache } from 'lru-cache';
import type { Config } from '../contract/types';
import type { Stores } from './store';

/** Bytes: a quarter of the least that a pod is given. A thousand of the largest designs would be more than all of it. */
const maxSize = 64 * 1_024 * 1_024;

/** One for each process: two may differ for as long as a value lives. */
export const memoryStores = ({ max, checkperiod }: Pick<Config['cache'], 'max' | 'checkperiod'>): Stores => {
  const entries = new LRUCache<string, string>({
    max,
    maxSize,
    // V8 takes two bytes for each character as soon as one of them is beyond Latin-1.
    sizeCalculation: (text, place) => 2 * (text.length + place.length),
  });
  // Dead values are dropped when read; the sweep frees those that nobody asks for again. 0 means never.
  const sweep = checkperiod > 0 ? setInterval(() => entries.purgeStale(), checkperiod * 1_000).unref() : undefined;
  const put = (place: string, text: string, lifetime: number): void => {
    entries.set(place, text, { ttl: lifetime * 1_000 });
  };
  return {
    of: (name) => ({
      get: async (key) => entries.get(`${name}:${key}`),
      put: async (key, text, lifetime) => put(`${name}:${key}`, text, lifetime),
      add: async (key, text, lifetime) => {
        if (!entries.has(`${name}:${key}`)) put(`${name}:${key}`, text, lifetime);
      },
    }),
    close: async () => clearInterval(sweep),
  };
};
