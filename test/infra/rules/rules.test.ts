import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkAll, rules } from '../../../infra/rules';
import { stacks } from '../support/stacks';
import { worldOf } from '../support/world';

describe('the rules', () => {
  test('have each a code of their own, a title and a reason', () => {
    expect(new Set(rules.map(({ code }) => code)).size).toBe(rules.length);
    for (const { title, why } of rules) {
      expect(title.length).toBeGreaterThan(10);
      expect(why.length).toBeGreaterThan(10);
    }
  });

  test.each(['development', 'staging', 'production'] as const)('find nothing in %s', (environment) => {
    expect(checkAll(worldOf(stacks, environment))).toEqual([]);
  });

  test('have each a test of their own', () => {
    const files = [
      'environment-missing',
      'environment-unknown',
      'secret-references',
      'probe-port',
      'dependency-egress',
      'connection-budget',
    ];
    expect(files).toHaveLength(rules.length);
    for (const file of files) expect(existsSync(join(__dirname, `${file}.test.ts`))).toBe(true);
  });
});
