import { z } from 'zod';
import { common, foreignLifetime, optionalWord, optionalWords, read, registered } from './claims';
import { createKeySet, type KeySetOptions } from './key-set';
import { fingerprintOf, sharedAlgorithms, sharedKeys, verifyShared } from './shared-keys';
import { claimedHeader, type Expectation, verifySigned } from './signature';
import { TokenError } from './token-error';
import type { TokenVerifier } from './verified-token';

interface Options extends Pick<KeySetOptions, 'now' | 'fetch' | 'onFailure'> {
  /** Of the project. */
  url: string;
  /** Legacy secret of the project. @default - none: only published keys count */
  jwtSecret?: string;
}

const algorithms = ['ES256', 'RS256', 'EdDSA'] as const;

/** Written by the project's access token hook, or by its administrators into app_metadata; user_metadata is the user's own. */
const custom = z.object({ org_id: optionalWord, user_role: optionalWord, permissions: optionalWords });

/** Keys of the project (`anon`, `service_role`) are no persons, and nobody knows who an anonymous user is. */
const supabaseClaims = registered.extend({
  ...custom.shape,
  role: z.literal('authenticated'),
  is_anonymous: z.literal(false).optional(),
  app_metadata: custom.nullish(),
});

export const supabaseVerifier = ({ url, jwtSecret, now, fetch, onFailure }: Options): TokenVerifier => {
  const issuer = `${url.replace(/\/+$/, '')}/auth/v1`;
  const published = createKeySet({ url: `${issuer}/.well-known/jwks.json`, algorithms, now, fetch, onFailure });
  const legacy = jwtSecret === undefined ? undefined : sharedKeys(jwtSecret);
  const legacyFingerprint = legacy ? fingerprintOf(legacy) : '';
  const expectation: Expectation = {
    issuer,
    audience: 'authenticated',
    algorithms,
    required: ['sub', 'iat', 'role'],
    lifetime: foreignLifetime,
  };

  /** Each family of keys has its own algorithms, and an id stands for a key of one family. */
  const verifySignature = (token: string) => {
    const { alg, kid } = claimedHeader(token);
    if (!legacy || alg !== sharedAlgorithms[0]) return verifySigned(token, published.find, expectation, now());
    if (kid !== undefined && published.has(kid)) throw new TokenError('invalid_algorithm');
    return verifyShared(token, legacy, { ...expectation, algorithms: sharedAlgorithms }, now());
  };

  return {
    provider: 'supabase',
    issuer,
    lifetime: foreignLifetime,
    fingerprint: () => legacyFingerprint + published.fingerprint(),
    verify: async (token) => {
      const claims = read(supabaseClaims, await verifySignature(token));
      const { org_id, user_role, permissions, app_metadata } = claims;
      return {
        provider: 'supabase',
        ...common(claims),
        organization: org_id ?? app_metadata?.org_id,
        role: user_role ?? app_metadata?.user_role,
        permissions: permissions ?? app_metadata?.permissions,
      };
    },
  };
};
