import { z } from 'zod';
import { common, foreignLifetime, optionalWords, read, registered } from './claims';
import { ofVersion1, ofVersion2, organizationV1, organizationV2 } from './clerk-organization';
import { createKeySet, type KeySetOptions } from './key-set';
import { type Expectation, verifySigned } from './signature';
import { TokenError } from './token-error';
import type { TokenVerifier } from './verified-token';

interface Options extends Pick<KeySetOptions, 'now' | 'fetch' | 'onFailure'> {
  apiUrl: string;
  secretKey: string;
  /** Frontend API of the instance. */
  issuer: string;
  /** Origins whose pages may have asked for the token; any when empty. */
  authorizedParties: readonly string[];
}

const algorithms = ['RS256'] as const;

const session = registered.extend({ azp: z.string().optional(), sts: z.string().optional(), permissions: optionalWords });

/** Version 1 does not name itself. */
const claimsV1 = session.extend({ v: z.undefined().optional(), ...organizationV1.shape });
const claimsV2 = session.extend({ v: z.literal(2), ...organizationV2.shape });

export const clerkVerifier = ({ apiUrl, secretKey, issuer, authorizedParties, now, fetch, onFailure }: Options): TokenVerifier => {
  const published = createKeySet({
    url: `${apiUrl.replace(/\/+$/, '')}/v1/jwks`,
    headers: { authorization: `Bearer ${secretKey}` },
    algorithms,
    now,
    fetch,
    onFailure,
  });
  const expectation: Expectation = {
    issuer,
    algorithms,
    // The same keys sign tokens of OAuth clients, of machines and from templates: those have another type, or no session.
    type: 'JWT',
    required: ['sub', 'sid', 'iat', ...(authorizedParties.length > 0 ? ['azp'] : [])],
    lifetime: foreignLifetime,
  };
  return {
    provider: 'clerk',
    issuer,
    lifetime: foreignLifetime,
    fingerprint: published.fingerprint,
    verify: async (token) => {
      const payload = await verifySigned(token, published.find, expectation, now());
      const claims = payload.v === 2 ? read(claimsV2, payload) : read(claimsV1, payload);
      if (authorizedParties.length > 0 && !authorizedParties.includes(claims.azp ?? '')) throw new TokenError('invalid_claim', 'azp');
      // Signed in, but with a task left to do, such as to choose an organization.
      if (claims.sts === 'pending') throw new TokenError('inactive', 'sts');
      const organization = claims.v === 2 ? ofVersion2(claims) : ofVersion1(claims);
      return { provider: 'clerk', ...common(claims), ...organization, permissions: claims.permissions ?? organization.permissions };
    },
  };
};
