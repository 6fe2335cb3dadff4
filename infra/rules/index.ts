import type { Finding } from '../model/finding';
import { connectionBudget } from './connection-budget';
import { dependencyEgress } from './dependency-egress';
import { environmentMissing } from './environment-missing';
import { environmentUnknown } from './environment-unknown';
import { probePort } from './probe-port';
import type { Rule, World } from './rule';
import { secretReferences } from './secret-references';

/** Every rule, in the order in which findings are told. */
export const rules: readonly Rule[] = [
  environmentMissing,
  environmentUnknown,
  secretReferences,
  probePort,
  dependencyEgress,
  connectionBudget,
];

export interface RuleFinding extends Finding {
  rule: Rule;
}

/** All findings of all rules over one environment. */
export const checkAll = (world: World): RuleFinding[] =>
  rules.flatMap((rule) =>
    [...(rule.reads === 'objects' ? rule.check(world.objects) : rule.check(world))].map((finding) => ({ ...finding, rule })),
  );
