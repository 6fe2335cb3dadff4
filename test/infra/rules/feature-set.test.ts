import { featureSet } from '../../../infra/rules/feature-set';
import { changedProduction, restApi, stacks } from '../support/stacks';
import { findingsOf, worldOf } from '../support/world';

const withFeatures = (...features: string[]) => findingsOf(featureSet, worldOf([changedProduction(restApi, { features })]));

describe('FEATURE-SET', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(featureSet, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds what belongs to people where nobody can sign in', () => {
    expect(withFeatures('tasks', 'audit')).toEqual([
      {
        at: 'production.rest-api',
        path: 'features',
        got: '["tasks","audit"]',
        allowed: 'tasks, audit together with a feature auth.…',
        fix: 'They belong to who signs in: add auth.local, or who else signs the tokens.',
      },
    ]);
  });

  test('finds members without accounts', () => {
    expect(withFeatures('auth.supabase', 'users')).toMatchObject([{ allowed: 'users together with auth.local' }]);
  });

  test('finds two that sign for one issuer, and lets others stand beside either', () => {
    expect(withFeatures('auth.local', 'auth.betterAuth')).toMatchObject([{ allowed: 'auth.local or auth.betterAuth' }]);
    expect(withFeatures('auth.local', 'auth.clerk', 'auth.supabase', 'users')).toEqual([]);
  });

  test('has nothing to say of a service without features', () => {
    expect(withFeatures()).toEqual([]);
  });
});
