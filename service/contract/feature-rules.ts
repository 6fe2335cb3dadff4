import type { Feature } from './features';

/** What is wrong with a set of features, for whoever chose it. */
export interface FeatureProblem {
  allowed: string;
  fix: string;
}

const isAuth = (feature: Feature): boolean => feature.startsWith('auth.');

/** Features that cannot be switched on together, or not without another. */
export function* featureProblems(features: readonly Feature[]): Iterable<FeatureProblem> {
  const owned = features.filter((feature) => !isAuth(feature));
  if (owned.length > 0 && !features.some(isAuth)) {
    yield {
      allowed: `${owned.join(', ')} together with a feature auth.…`,
      fix: 'They belong to who signs in: add auth.local, or who else signs the tokens.',
    };
  }
  if (features.includes('users') && !features.includes('auth.local')) {
    yield { allowed: 'users together with auth.local', fix: 'Members and roles of other identity providers are kept there.' };
  }
  if (features.includes('auth.local') && features.includes('auth.betterAuth')) {
    yield { allowed: 'auth.local or auth.betterAuth', fix: 'Tokens of both name JWT_ISSUER as their issuer: keep one of them.' };
  }
}
