import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkAll, rules } from '../../../infra/rules';
import type { Rule } from '../../../infra/rules/rule';
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

  test.each(['development', 'staging', 'production'] as const)('find no error in %s, and warn of the retired edge alone', (environment) => {
    const findings = checkAll(worldOf(stacks, environment));
    expect(findings.filter(({ rule }) => rule.severity === 'error')).toEqual([]);
    expect(findings.map(({ rule, at }) => `${rule.code} ${at}`)).toEqual(['ING-RETIRED itellico-api']);
  });

  test('have each a file of their own, and a test beside it', () => {
    const folder = join(__dirname, '../../../infra/rules');
    const files = readdirSync(folder)
      .filter((name) => name !== 'index.ts')
      .map((name) => name.replace('.ts', ''))
      .filter((name) => Object.values(require(join(folder, name))).some((value) => rules.includes(value as Rule)));
    expect(files).toHaveLength(rules.length);
    expect(files.filter((name) => !existsSync(join(__dirname, `${name}.test.ts`)))).toEqual([]);
  });
});
