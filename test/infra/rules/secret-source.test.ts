import { secretSource } from '../../../infra/rules/secret-source';
import { object } from '../support/small-objects';
import { itellicoApi, stacks } from '../support/stacks';
import { findingsOf, worldOf } from '../support/world';

const withSecret = (environment: 'development' | 'staging' | 'production', metadata: object) =>
  worldOf([itellicoApi], environment, (objects) => [
    ...objects,
    object('Secret', 'added', { metadata, stringData: { key: 'correct-horse' } }),
  ]);

describe('SECRET-SOURCE', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(secretSource, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a Secret with its values, and hides them', () => {
    const findings = findingsOf(secretSource, withSecret('production', { namespace: 'itellico-mono' }));
    expect(findings).toEqual([
      {
        at: 'production.itellico-api',
        path: 'Secret/added',
        got: 'a Secret with its values (hidden)',
        allowed: 'ExternalSecret, wherever the environment does not say plainSecrets',
        fix: 'Put the value into the secret store and refer to it.',
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain('correct-horse');
  });

  test('finds one of staging, and one that names no namespace', () => {
    expect(findingsOf(secretSource, withSecret('staging', { namespace: 'itellico-mono-staging' }))).toHaveLength(1);
    expect(findingsOf(secretSource, withSecret('production', { namespace: undefined }))).toMatchObject([{ at: 'production.itellico-api' }]);
  });

  test('lets a throw-away cluster have them', () => {
    expect(findingsOf(secretSource, withSecret('development', { namespace: 'itellico-mono-development' }))).toEqual([]);
  });
});
