import type { Config } from '../../contract/types';
import { betterAuthVerifier } from './better-auth';
import { clerkVerifier } from './clerk';
import { localKeys, localVerifier } from './local-tokens';
import { supabaseVerifier } from './supabase';
import type { Provider, TokenVerifier } from './verified-token';

interface Surroundings {
  /** @default Date.now */
  now?: () => number;
  /** @default - that of Node */
  fetch?: typeof fetch;
  /** Told when the keys of a provider could not be fetched; those that were there stay in use. @default - nobody */
  onKeysUnavailable?: (provider: Provider, error: Error) => void;
}

/** Whoever is known by issuer and subject must not be known by two providers. */
const assertDistinct = (verifiers: readonly TokenVerifier[]): void => {
  for (const { issuer } of verifiers) {
    const same = verifiers.filter((verifier) => verifier.issuer === issuer).map(({ provider }) => `auth.${provider}`);
    if (same.length > 1) {
      throw new Error(
        `FEATURES: got ${same.join(' and ')}, whose tokens name the same issuer ${JSON.stringify(issuer)}; ` +
          'allowed: one provider for an issuer. Keep one of them; that of auth.local and of auth.betterAuth is JWT_ISSUER.',
      );
    }
  }
};

/**
 * One verifier for each feature `auth.…`; nothing is fetched before a token needs it.
 * @throws Error when two of them would answer for one issuer
 */
export const createVerifiers = (config: Config, surroundings: Surroundings = {}): TokenVerifier[] => {
  const { now = Date.now, fetch = globalThis.fetch, onKeysUnavailable } = surroundings;
  const { features, auth } = config;
  const remote = (provider: Provider) => ({ now, fetch, onFailure: (error: Error) => onKeysUnavailable?.(provider, error) });
  const verifiers: TokenVerifier[] = [];
  if (features.includes('auth.local')) verifiers.push(localVerifier(localKeys(config), now));
  if (features.includes('auth.betterAuth')) verifiers.push(betterAuthVerifier(config, now));
  if (features.includes('auth.supabase')) {
    const { url, jwtSecret } = auth.supabase;
    verifiers.push(supabaseVerifier({ url: url as string, jwtSecret, ...remote('supabase') }));
  }
  if (features.includes('auth.clerk')) {
    const { apiUrl, secretKey, issuer, authorizedParties } = auth.clerk;
    verifiers.push(
      clerkVerifier({ apiUrl, secretKey: secretKey as string, issuer: issuer as string, authorizedParties, ...remote('clerk') }),
    );
  }
  assertDistinct(verifiers);
  return verifiers;
};
