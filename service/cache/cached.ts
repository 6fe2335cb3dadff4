import { createCache } from 'async-cache-dedupe';
import type { Config } from '../contract/types';
import { removal, type Store } from './store';

/** Decides how long a value lives: `cache.ttls`, and `cache.ttl` for what has no kind of its own. */
export type Kind = 'default' | keyof Config['cache']['ttls'];

/** What JSON can say, so that every store gives the same back. */
export type Value = NonNullable<unknown> | null;

export interface Definition<T extends Value, Argument> {
  kind: Kind;
  /** Begins its keys and labels its metrics: a word such as `task`. */
  name: string;
  /** Kept in Redis or not at all: where another process may change it, nobody would tell the memory of this one. @default false */
  shared?: boolean;
  /** Reads what the key means, or null when there is no such thing. */
  load(key: string, argument: Argument): Promise<T>;
}

export interface Cached<T extends Value, Argument = void> {
  /**
   * A copy of the caller's own. Reads of one key that find nothing wait for one load. A null that was loaded is not kept.
   * @param argument for the loader, beside the key, which alone decides what is meant: a load may serve other callers
   * @throws what the loader throws
   */
  get(key: string, argument: Argument): Promise<T>;
  /** For a writer, after it has written. Reads that begin when this has resolved give the value. */
  put(key: string, value: T): Promise<void>;
  /** For a writer that does not know the new value. Reads are not kept for the next 30 s. */
  forget(key: string): Promise<void>;
}

/** Reads so far, by how they ended. */
export interface Reads {
  hit: number;
  miss: number;
}

interface Miss<Argument> {
  key: string;
  /** The removal that the reader saw, or nothing. */
  seen: string;
  argument: Argument;
}

/** Every read a load: for what is not to be kept. */
export const uncached = <T extends Value, Argument>({ load }: Definition<T, Argument>, reads: Reads): Cached<T, Argument> => ({
  get: async (key, argument) => {
    reads.miss += 1;
    return load(key, argument);
  },
  put: async () => {},
  forget: async () => {},
});

/**
 * Writers put, readers fill gaps only. The library joins loads, without a storage: it would join the reads of the storage
 * as well, and a read that begins after another process's write would be given what was read before it.
 * @param lifetime of a value in seconds
 */
export const cached = <T extends Value, Argument>(
  { load }: Definition<T, Argument>,
  store: Store,
  lifetime: number,
  reads: Reads,
): Cached<T, Argument> => {
  const loads = createCache().define(
    'load',
    // Who saw a removal may join a load that began after it, and no other.
    { serialize: ({ key, seen }: Miss<Argument>) => `${seen} ${key}` },
    async ({ key, seen, argument }: Miss<Argument>): Promise<string> => {
      const value = await load(key, argument);
      const text = JSON.stringify(value);
      if (value !== null && seen === '') await store.add(key, text, lifetime);
      return text;
    },
  );
  const put = async (key: string, text: string, seconds: number): Promise<void> => {
    await store.put(key, text, seconds);
    // A store that is away gives no hit, so that the next read must not join a load that began before the write.
    await loads.clear('load', { key, seen: '' });
  };
  return {
    get: async (key, argument) => {
      const text = await store.get(key);
      if (text !== undefined && !removal.is(text)) {
        reads.hit += 1;
        return JSON.parse(text);
      }
      reads.miss += 1;
      return JSON.parse(await loads.load({ key, seen: text ?? '', argument }));
    },
    put: (key, value) => put(key, JSON.stringify(value), lifetime),
    forget: (key) => put(key, removal.text(), removal.lifetime),
  };
};
