import type { Difference, Stack } from '../../../infra/model/stack';
import type { System } from '../../../infra/model/system';
import releases from '../../../infra/releases.json';
import { stacks } from '../../../infra/stacks';
import { itellicoApi } from '../../../infra/stacks/itellico-api';
import { restApi } from '../../../infra/stacks/rest-api';

export { itellicoApi, releases, restApi, stacks };

/** What a cast lets past the compiler: any value at any place. */
type Careless = { [key: string]: unknown };

const isRecord = (value: unknown): value is Careless => typeof value === 'object' && value !== null && !Array.isArray(value);

const overlay = (base: unknown, change: unknown): unknown =>
  isRecord(base) && isRecord(change) && !('kind' in change)
    ? Object.fromEntries(
        [...new Set([...Object.keys(base), ...Object.keys(change)])].map((key) => [
          key,
          key in change ? overlay(base[key], change[key]) : base[key],
        ]),
      )
    : change;

/** A copy of a stack with a change laid over its base, unseen by the compiler. */
export const changed = (stack: Stack, base: Careless): Stack => ({ ...stack, base: overlay(stack.base, base) as System });

/** A copy of a stack whose production differs in one more thing, unseen by the compiler. */
export const changedProduction = (stack: Stack, production: Careless): Stack => ({
  ...stack,
  production: overlay(stack.production, production) as Difference<System>,
});
