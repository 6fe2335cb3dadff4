import { type DerivedEnvironment, encode } from '../model/service';
import type { EnvironmentVariable } from '../model/variables';

export type SecretVariable = Extract<EnvironmentVariable, { secret: unknown }>;

/** Variables in their text form, by name, with some derived ones as another surrounding has them. */
export const plainTexts = (variables: readonly EnvironmentVariable[], here: DerivedEnvironment = {}): Record<string, string> => ({
  ...Object.fromEntries(variables.flatMap((variable) => ('text' in variable ? [[variable.name, variable.text]] : []))),
  ...Object.fromEntries(Object.entries(here).map(([name, value]) => [name, encode(name, value)])),
});

export const secretVariables = (variables: readonly EnvironmentVariable[]): SecretVariable[] =>
  variables.filter((variable): variable is SecretVariable => 'secret' in variable);
