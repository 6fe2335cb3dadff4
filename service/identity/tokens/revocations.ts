import { LRUCache } from 'lru-cache';
import type { TokenVerifier, VerifiedToken } from './verified-token';

export interface Revocations {
  /** @param sessionId of a local session, whose tokens are refused from now on */
  add(sessionId: string): void;
  /** Asked at every request, so no more than one look-up. */
  cover(token: VerifiedToken): boolean;
}

/** Some 10 MB; beyond it the session least asked for is dropped. */
const max = 50_000;

/** Milliseconds that clocks may be apart, once when a token was issued and once when it expires. */
const tolerance = 10_000;

/** Memory of one process: others have to be told, and a process that starts knows of none. */
export const createRevocations = (verifiers: readonly TokenVerifier[], now: () => number): Revocations => {
  const lifetime = verifiers.find(({ provider }) => provider === 'local')?.lifetime ?? 0;
  /** Moments of revocation, each counts until no token lives that it could refuse. */
  const moments = new LRUCache<string, number>({ max });
  return {
    add: (sessionId) => {
      moments.set(sessionId, now());
    },
    cover: ({ sessionId }) => {
      const at = sessionId === undefined ? undefined : moments.get(sessionId);
      return at !== undefined && at + lifetime + tolerance > now();
    },
  };
};
