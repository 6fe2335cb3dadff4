import type { Config } from '../../contract/types';
import { common, foreignLifetime, optionalWord, read, registered } from './claims';
import { fingerprintOf, sharedAlgorithms, sharedKeys, verifyShared } from './shared-keys';
import type { Expectation } from './signature';
import type { TokenVerifier } from './verified-token';

const betterAuthClaims = registered.extend({ org_id: optionalWord, activeOrganizationId: optionalWord, role: optionalWord });

/** Better Auth signs with the key that it shares with us, for the issuer and audience of our own tokens, and names no key. */
export const betterAuthVerifier = ({ auth }: Config, now: () => number): TokenVerifier => {
  const { issuer, audience } = auth;
  const keys = sharedKeys(auth.betterAuthKey as string, auth.previousBetterAuthKey);
  const fingerprint = fingerprintOf(keys);
  const expectation: Expectation = { issuer, audience, algorithms: sharedAlgorithms, required: ['sub'], lifetime: foreignLifetime };
  return {
    provider: 'betterAuth',
    issuer,
    lifetime: foreignLifetime,
    fingerprint: () => fingerprint,
    verify: async (token) => {
      const claims = read(betterAuthClaims, await verifyShared(token, keys, expectation, now()));
      const { org_id, activeOrganizationId, role } = claims;
      return { provider: 'betterAuth', ...common(claims), organization: org_id ?? activeOrganizationId, role };
    },
  };
};
