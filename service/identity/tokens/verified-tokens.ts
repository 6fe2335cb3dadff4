import { hash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import { createRevocations } from './revocations';
import { TokenError, type TokenReason } from './token-error';
import type { TokenVerifier, VerifiedToken } from './verified-token';

export interface VerifiedTokens<Principal> {
  /**
   * Who bears a token: one object for all its requests, which must not change it.
   * @throws TokenError, or what `resolve` throws
   */
  principalOf(token: string): Promise<Principal>;
  /** Those for whom it answers true are verified and resolved anew when they next come. It is asked of all that are kept. */
  evict(matches: (token: VerifiedToken, principal: Principal) => boolean): void;
  /** Refuses the tokens of a local session from now on. Only this process does: others have to be told. */
  revokeSession(sessionId: string): void;
}

interface Options<Principal> {
  verifiers: readonly TokenVerifier[];
  /**
   * Milliseconds for which an answer is kept, never longer than the token lives. Asked at each use: what was kept for long
   * may be too old a moment later.
   */
  keepFor: () => number;
  /** What a request shall know of a token's bearer. Its failures are not kept. */
  resolve: (token: VerifiedToken) => Promise<Principal>;
  /** @default Date.now */
  now?: () => number;
}

interface Verdict {
  readonly verifier: TokenVerifier;
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

interface Accepted<Principal> extends Verdict {
  readonly token: VerifiedToken;
  readonly principal: Principal;
  /** The same for every hit, which then makes none. */
  readonly answer: Promise<Principal>;
}

interface Refused extends Verdict {
  readonly error: TokenError;
}

/** Characters; none of the providers comes near. */
const maxLength = 8_192;

const maxAccepted = 10_000;

/** Apart from the good ones, which a flood of bad ones therefore cannot drive out. */
const maxRefused = 1_000;

/** These may turn out otherwise a moment later. */
const passing: ReadonlySet<TokenReason> = new Set(['inactive', 'keys_unavailable', 'unknown_key', 'revoked']);

const claimedIssuer = (token: string): unknown => {
  try {
    return decodeJwt(token).iss;
  } catch {
    throw new TokenError('malformed');
  }
};

/** Verifies each token once, then remembers by its hash who bears it. */
export const createVerifiedTokens = <Principal>({
  verifiers,
  keepFor,
  resolve,
  now = Date.now,
}: Options<Principal>): VerifiedTokens<Principal> => {
  const accepted = new LRUCache<string, Accepted<Principal>>({ max: maxAccepted });
  const refused = new LRUCache<string, Refused>({ max: maxRefused });
  const underway = new Map<string, Promise<Principal>>();
  const revocations = createRevocations(verifiers, now);
  /** Counts evictions: what was resolved before one may be out of date. */
  let evictions = 0;

  const holds = ({ verifier, fingerprint, since }: Verdict): boolean => since + keepFor() > now() && verifier.fingerprint() === fingerprint;

  const verify = async (key: string, verifier: TokenVerifier, token: string): Promise<VerifiedToken> => {
    try {
      return await verifier.verify(token);
    } catch (error) {
      if (error instanceof TokenError && !passing.has(error.reason)) {
        refused.set(key, { verifier, fingerprint: verifier.fingerprint(), since: now(), error });
      }
      throw error;
    }
  };

  const admit = async (key: string, token: string): Promise<Principal> => {
    const issuer = claimedIssuer(token);
    const verifier = verifiers.find((each) => each.issuer === issuer);
    if (!verifier) throw new TokenError('unknown_issuer');
    // Asked before: if keys change meanwhile, it is not known which of them verified the token.
    const fingerprint = verifier.fingerprint();
    const verified = await verify(key, verifier, token);
    if (revocations.cover(verified)) throw new TokenError('revoked');
    const begun = evictions;
    const principal = await resolve(verified);
    if (revocations.cover(verified)) throw new TokenError('revoked');
    if (begun === evictions) {
      accepted.set(key, { verifier, fingerprint, since: now(), token: verified, principal, answer: Promise.resolve(principal) });
    }
    return principal;
  };

  const evict: VerifiedTokens<Principal>['evict'] = (matches) => {
    evictions += 1;
    underway.clear();
    const gone: string[] = [];
    accepted.forEach(({ token, principal }, key) => {
      if (matches(token, principal)) gone.push(key);
    });
    for (const key of gone) accepted.delete(key);
  };

  return {
    principalOf: (token) => {
      if (token.length > maxLength) return Promise.reject(new TokenError('malformed'));
      const key = hash('sha256', token, 'base64url');
      const known = accepted.get(key);
      if (known && known.token.expiresAt > now() && holds(known))
        return revocations.cover(known.token) ? Promise.reject(new TokenError('revoked')) : known.answer;
      const bad = refused.get(key);
      if (bad && holds(bad)) return Promise.reject(bad.error);
      const shared = underway.get(key);
      if (shared) return shared;
      const admitted = admit(key, token).finally(() => {
        if (underway.get(key) === admitted) underway.delete(key);
      });
      underway.set(key, admitted);
      return admitted;
    },
    evict,
    revokeSession: revocations.add,
  };
};
