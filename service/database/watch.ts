import type { Pool } from 'pg';
import type { Availability } from '../availability';
import { ask } from './ask';
import { reasonOf } from './outage';

// Long enough that a server that hangs does not cost a connection per read, short enough to be back soon.
const rest = 5_000;

/** What is known of a server that others can stand in for. */
export interface Watch {
  /** False from a failure on until a later question is answered; asking it is nobody's request. */
  isUsable(): boolean;
  failed(reason: string): void;
  /** Resolves when the server answers; rejects with the reason when it does not. */
  check(): Promise<void>;
}

export const watchServer = (pool: Pool, availability: Availability): Watch => {
  let usable = true;
  let askAgainAt = 0;
  const failed = (reason: string): void => {
    usable = false;
    askAgainAt = performance.now() + rest;
    availability.down(reason);
  };
  const check = async (): Promise<void> => {
    try {
      await ask(pool);
    } catch (error) {
      failed(reasonOf(error));
      throw error;
    }
    usable = true;
    availability.up();
  };
  return {
    isUsable: () => {
      if (!usable && performance.now() >= askAgainAt) {
        askAgainAt = performance.now() + rest;
        check().catch(() => {});
      }
      return usable;
    },
    failed,
    check,
  };
};
