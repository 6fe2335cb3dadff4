import { setTimeout as sleep } from 'node:timers/promises';

// Milliseconds between two attempts: until one succeeds, other processes may read what is old.
const retryEvery = 200;

// Keys of one name, about 1 MB; beyond, removing all of the name is cheaper than remembering.
const most = 10_000;

// Removals under way at once.
const batchSize = 100;

interface Removal {
  /** Whether an attempt is worth it. */
  possible(): boolean;
  /** @throws Error when it could not be removed */
  one(key: string): Promise<unknown>;
  /** @throws Error when not all could be removed */
  all(): Promise<unknown>;
}

export interface MissedWrites {
  /** Whether what the store has for the key may be old. */
  has(key: string): boolean;
  /** Remembers the key until it was removed from the store. */
  add(key: string): void;
  close(): void;
}

/** Writes that did not reach the store: what it still has is old, and is removed as soon as it can be. */
export const missedWrites = (remove: Removal): MissedWrites => {
  const keys = new Set<string>();
  // How often the keys became too many, and how often of these all was removed.
  let [overflows, cleared] = [0, 0];
  let closed = false;
  let repeating = false;

  const removeAll = async (): Promise<void> => {
    const seen = overflows;
    await remove.all();
    cleared = seen;
  };
  const removeOne = async (key: string): Promise<void> => {
    await remove.one(key);
    keys.delete(key);
  };
  const attempt = async (): Promise<void> => {
    // Whatever fails here is tried again.
    if (overflows > cleared) await removeAll().catch(() => {});
    const known = [...keys];
    for (let start = 0; start < known.length && remove.possible() && !closed; start += batchSize) {
      await Promise.allSettled(known.slice(start, start + batchSize).map(removeOne));
    }
  };
  const repeat = async (): Promise<void> => {
    if (repeating) return;
    repeating = true;
    while (!closed && (keys.size > 0 || overflows > cleared)) {
      if (remove.possible()) await attempt();
      await sleep(retryEvery, undefined, { ref: false });
    }
    repeating = false;
  };

  return {
    has: (key) => overflows > cleared || keys.has(key),
    add: (key) => {
      if (keys.size >= most && !keys.has(key)) {
        keys.clear();
        overflows += 1;
      }
      keys.add(key);
      void repeat();
    },
    close: () => {
      closed = true;
    },
  };
};
