import type { EnvironmentName } from '../environments';
import type { SecretRef } from './dependency';
import type { System } from './system';

/** Values that an environment replaces whole; every other record merges key by key. */
type Whole = { kind: string } | readonly unknown[] | SecretRef;

export type Difference<T> = {
  [K in keyof T]?: NonNullable<T[K]> extends Whole ? T[K] : NonNullable<T[K]> extends object ? Difference<T[K]> : T[K];
};

export type Stack = { readonly base: System } & { readonly [E in EnvironmentName]: Difference<System> };

/** Not generic on purpose: so a wrong stack gets one short error, with "did you mean". */
export const defineStack = (stack: Stack): Stack => stack;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('kind' in value) && !('secret' in value && 'key' in value);

const merge = (base: unknown, difference: unknown): unknown => {
  if (difference === undefined) return base;
  if (!isRecord(base) || !isRecord(difference)) return difference;
  const keys = new Set([...Object.keys(base), ...Object.keys(difference)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(base[key], difference[key])]));
};

/** The system as one environment has it; to be parsed strictly before use, since types alone let some mistakes through. */
export const resolve = (stack: Stack, environment: EnvironmentName): unknown => merge(stack.base, stack[environment]);
