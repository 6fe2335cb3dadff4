import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Config } from '../../contract/types';
import { common, read, registered, word } from './claims';
import { fingerprintOf, namedKey, type SharedKeys, sharedAlgorithms, sharedKeys } from './shared-keys';
import { type Expectation, verifySigned } from './signature';
import type { TokenVerifier } from './verified-token';

/** What the service signs its own tokens with, and says in them. */
export interface LocalKeys {
  readonly access: SharedKeys;
  readonly refresh: SharedKeys;
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds. */
  readonly accessLifetime: number;
}

/** Present when the feature auth.local is on: its keys are required then. */
export const localKeys = ({ auth }: Config): LocalKeys => ({
  access: sharedKeys(auth.accessKey as string, auth.previousAccessKey),
  refresh: sharedKeys(auth.refreshKey as string, auth.previousRefreshKey),
  issuer: auth.issuer,
  audience: auth.audience,
  accessLifetime: auth.accessLifetime,
});

/** In the header, so that no token passes as one of another kind (RFC 9068; RFC 8725, 3.11). */
const accessType = 'at+jwt';
const refreshType = 'rt+jwt';

const sign = async ([{ id, key }]: SharedKeys, typ: string, claims: Record<string, string | number>): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: sharedAlgorithms[0], typ, kid: id }).sign(await key);

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);

interface AccessGrant {
  subject: string;
  organization: string;
  sessionId: string;
}

/** A token that `localVerifier` accepts for `accessLifetime`. */
export const signAccessToken = (
  { access, issuer, audience, accessLifetime }: LocalKeys,
  { subject, organization, sessionId }: AccessGrant,
  now: number = Date.now(),
): Promise<string> =>
  sign(access, accessType, {
    iss: issuer,
    aud: audience,
    sub: subject,
    org: organization,
    sid: sessionId,
    iat: seconds(now),
    exp: seconds(now + accessLifetime),
  });

const accessClaims = registered.extend({ org: word, sid: word });

export const localVerifier = (keys: LocalKeys, now: () => number): TokenVerifier => {
  const { access, issuer, audience, accessLifetime: lifetime } = keys;
  const expectation: Expectation = {
    issuer,
    audience,
    algorithms: sharedAlgorithms,
    type: accessType,
    required: ['sub', 'org', 'sid', 'iat'],
    lifetime,
  };
  const fingerprint = fingerprintOf(access);
  return {
    provider: 'local',
    issuer,
    lifetime,
    fingerprint: () => fingerprint,
    verify: async (token) => {
      const claims = read(accessClaims, await verifySigned(token, namedKey(access), expectation, now()));
      return { provider: 'local', ...common(claims), organization: claims.org, sessionId: claims.sid };
    },
  };
};

export interface RefreshToken {
  id: string;
  sessionId: string;
  /** Milliseconds since the epoch; a token keeps the whole seconds of it. */
  issuedAt: number;
  /** As `issuedAt`. */
  expiresAt: number;
}

/**
 * The same values give the same token while the key is the same: whoever refreshes twice at once can be given the same
 * successor again, without the token being stored.
 */
export const signRefreshToken = ({ refresh, issuer }: LocalKeys, { id, sessionId, issuedAt, expiresAt }: RefreshToken): Promise<string> =>
  // Its audience is who issued it: nobody else has a use for it.
  sign(refresh, refreshType, { iss: issuer, aud: issuer, jti: id, sid: sessionId, iat: seconds(issuedAt), exp: seconds(expiresAt) });

const refreshClaims = z.object({ jti: word, sid: word, iat: z.number(), exp: z.number() });

/**
 * Whether the session still stands, and the token is its newest, is not known here.
 * @throws TokenError
 */
export const verifyRefreshToken = async (
  { refresh, issuer }: LocalKeys,
  token: string,
  now: number = Date.now(),
): Promise<RefreshToken> => {
  const expectation: Expectation = {
    issuer,
    audience: issuer,
    algorithms: sharedAlgorithms,
    type: refreshType,
    required: ['jti', 'sid', 'iat'],
    lifetime: Number.POSITIVE_INFINITY,
  };
  const { jti, sid, iat, exp } = read(refreshClaims, await verifySigned(token, namedKey(refresh), expectation, now));
  return { id: jti, sessionId: sid, issuedAt: iat * 1_000, expiresAt: exp * 1_000 };
};
