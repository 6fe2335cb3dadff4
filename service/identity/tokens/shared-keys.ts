import { createHmac, webcrypto } from 'node:crypto';
import type { CryptoKey, JWTPayload, JWTVerifyGetKey } from 'jose';
import { type Expectation, verifySigned } from './signature';
import { TokenError } from './token-error';

interface SharedKey {
  /** Names the key without telling it. */
  readonly id: string;
  readonly key: Promise<CryptoKey>;
}

/** Keys that signer and verifier both have. The first signs; the one before it is accepted while its tokens live on. */
export type SharedKeys = readonly [current: SharedKey, ...previous: SharedKey[]];

/** Imported once: the library would import a bare secret for every token, at half as much again as the check. */
const imported = (secret: string): SharedKey => ({
  id: createHmac('sha256', secret).update('key id').digest('base64url').slice(0, 12),
  key: webcrypto.subtle.importKey('raw', Buffer.from(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']),
});

/** @param previous the key before a rotation, if its tokens shall still be accepted */
export const sharedKeys = (current: string, previous?: string): SharedKeys =>
  previous === undefined ? [imported(current)] : [imported(current), imported(previous)];

export const fingerprintOf = (keys: SharedKeys): string => keys.map(({ id }) => id).join();

export const sharedAlgorithms = ['HS256'] as const;

/** For tokens that name their key, as our own do. */
export const namedKey =
  (keys: SharedKeys): JWTVerifyGetKey =>
  ({ kid }) => {
    const found = keys.find(({ id }) => id === kid);
    if (!found) throw new TokenError('unknown_key');
    return found.key;
  };

/**
 * For tokens that do not: one key after the other.
 * @throws TokenError
 */
export const verifyShared = async (
  token: string,
  [first, ...rest]: SharedKeys,
  expectation: Expectation,
  now: number,
): Promise<JWTPayload> => {
  try {
    return await verifySigned(token, () => first.key, expectation, now);
  } catch (error) {
    const [next, ...others] = rest;
    if (!next || !(error instanceof TokenError && error.reason === 'invalid_signature')) throw error;
    return verifyShared(token, [next, ...others], expectation, now);
  }
};
