import { errors, type JWTVerifyGetKey } from 'jose';
import { fetchKeys, type KeySource, type PublishedKeys } from './published-keys';
import { TokenError } from './token-error';

export interface KeySet {
  /** The key that signed a token, which has to name it. @throws TokenError */
  readonly find: JWTVerifyGetKey;
  /** Whether a key of that id is known now. */
  has(id: string): boolean;
  /** Empty before the first keys came. */
  fingerprint(): string;
}

export interface KeySetOptions extends KeySource {
  now: () => number;
  /** Told of every fetch that failed; the keys that were there stay. */
  onFailure: (error: Error) => void;
}

/** Milliseconds for which keys are used without asking. After that they are still used, and renewed meanwhile. */
const freshFor = 600_000;

/** Milliseconds after which a renewal is waited for: a service that slept all night may hold keys long withdrawn. */
const usableFor = 3_600_000;

/** Milliseconds between two fetches: tokens that name keys made up must not become requests to the provider. */
const pause = 30_000;

/** The same while there are no keys at all, and every request fails for want of them. */
const shortPause = 1_000;

/**
 * Keys that a provider publishes and changes. The library's own remote set makes requests wait for every renewal, fails
 * when one fails, and reads answers of any size; so only the choice of a key is left to it.
 */
export const createKeySet = (options: KeySetOptions): KeySet => {
  const { now, onFailure } = options;
  let held: { keys: PublishedKeys; since: number } | undefined;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let underway: Promise<void> | undefined;

  const load = async (): Promise<void> => {
    attemptedAt = now();
    try {
      held = { keys: await fetchKeys(options), since: attemptedAt };
    } catch (error) {
      onFailure(error as Error);
    } finally {
      underway = undefined;
    }
  };

  /** Never fails; what is held afterwards tells how it went. */
  const renew = async (): Promise<void> => {
    if (!underway && now() < attemptedAt + (held ? pause : shortPause)) return;
    underway ??= load();
    await underway;
  };

  const current = async (id: string): Promise<PublishedKeys> => {
    const age = now() - (held?.since ?? Number.NEGATIVE_INFINITY);
    const renewed = age > freshFor ? renew() : undefined;
    if (age > usableFor) await renewed;
    if (held && !held.keys.ids.has(id)) await renew();
    if (!held) throw new TokenError('keys_unavailable');
    return held.keys;
  };

  return {
    find: async (header, token) => {
      if (typeof header.kid !== 'string') throw new TokenError('unknown_key');
      const keys = await current(header.kid);
      try {
        return await keys.find(header, token);
      } catch (error) {
        // The algorithm does not fit the key, or the key is broken.
        throw error instanceof errors.JOSEError || error instanceof DOMException ? new TokenError('unknown_key') : error;
      }
    },
    has: (id) => held?.keys.ids.has(id) ?? false,
    fingerprint: () => held?.keys.fingerprint ?? '',
  };
};
