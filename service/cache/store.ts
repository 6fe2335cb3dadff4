import { randomUUID } from 'node:crypto';

/** Texts that may be lost at any time. Nothing here ever rejects: a store that is away is a miss. */
export interface Store {
  /** @returns undefined for a miss */
  get(key: string): Promise<string | undefined>;
  /** @param lifetime in seconds, at least 1 */
  put(key: string, text: string, lifetime: number): Promise<void>;
  /** Puts only what is not there, so that a slow reader cannot put an old value over a writer's new one. */
  add(key: string, text: string, lifetime: number): Promise<void>;
}

export interface Stores {
  /** Store of one name: the same key under another name is another value. */
  of(name: string): Store;
  close(): Promise<void>;
}

/**
 * Stands where a value was removed, so that a reader that was under way cannot add the old one again. Each is a text of
 * its own, and none is JSON.
 */
export const removal = {
  text: (): string => `!${randomUUID()}`,
  is: (text: string): boolean => text.startsWith('!'),
  /** Seconds. Longer than a load: by default 10 s for a connection and 15 s for a statement. */
  lifetime: 30,
};
