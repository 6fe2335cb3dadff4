import { createVerifiers } from '../../../../service/identity/tokens/verifiers';
import { configOf } from '../../support/app';

const shared = 'k'.repeat(32);

const complete = {
  BETTER_AUTH_SECRET: shared,
  SUPABASE_URL: 'https://project.supabase.co',
  SUPABASE_SERVICE_ROLE_KEY: 'service',
  SUPABASE_ANON_KEY: 'anon',
  CLERK_SECRET_KEY: 'sk_test_1',
  CLERK_ISSUER: 'https://clerk.example.com',
};

const verifiersOf = (FEATURES: string, given = {}) => createVerifiers(configOf({ ...complete, ...given, FEATURES }));

test.each([
  ['auth.local', 'counterpart'],
  ['auth.betterAuth', 'counterpart'],
  ['auth.supabase', 'https://project.supabase.co/auth/v1'],
  ['auth.clerk', 'https://clerk.example.com'],
])('%s answers for its issuer', (feature, issuer) => {
  expect(verifiersOf(feature)).toMatchObject([{ provider: feature.slice(5), issuer }]);
});

test('several may answer, each for its own', () => {
  expect(verifiersOf('auth.local,auth.supabase,auth.clerk').map(({ provider }) => provider)).toEqual(['local', 'supabase', 'clerk']);
  expect(verifiersOf('')).toEqual([]);
});

test('two for one issuer are refused: each could speak for the users of the other', () => {
  expect(() => verifiersOf('auth.local,auth.clerk', { JWT_ISSUER: complete.CLERK_ISSUER })).toThrow(
    'FEATURES: got auth.local and auth.clerk, whose tokens name the same issuer "https://clerk.example.com"; allowed: one provider for an issuer.',
  );
});

test('failures of a provider are told with its name', async () => {
  const failures: unknown[] = [];
  const refuse = () => Promise.reject(new Error('no network'));
  const [clerk] = createVerifiers(configOf({ ...complete, FEATURES: 'auth.clerk' }), {
    fetch: refuse,
    onKeysUnavailable: (provider, { message }) => failures.push([provider, message]),
  });
  const token = `${Buffer.from('{"alg":"RS256","kid":"a"}').toString('base64url')}.e30.AA`;
  await expect(clerk?.verify(token)).rejects.toMatchObject({ reason: 'keys_unavailable' });
  expect(failures).toEqual([['clerk', 'No keys from https://api.clerk.com/v1/jwks: no network']]);
});
