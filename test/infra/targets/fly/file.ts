import type { EnvironmentName } from '../../../../infra/environments';
import type { Stack } from '../../../../infra/model/stack';
import { flyFile } from '../../../../infra/targets/fly';
import { parse } from '../../../../infra/targets/fly/toml';
import { type FlyRow, flyRows } from '../../../../infra/targets/rows';
import { deployed } from '../../support/deployed';

export const rowOf = (environment: EnvironmentName): FlyRow => {
  const row = flyRows.find((one) => one.environment === environment);
  if (!row) throw new Error(`no row for ${environment}`);
  return row;
};

/** As much of fly.toml as tests ask for. */
export interface FlyToml {
  [section: string]: unknown;
  env: Record<string, string>;
  deploy: Record<string, string>;
  http_service: Record<string, unknown>;
}

/** fly.toml of a stack, as text and parsed. */
export const rendered = (stack: Stack, environment: EnvironmentName): { text: string; toml: FlyToml; notes: string } => {
  const text = flyFile(deployed(stack, environment), rowOf(environment));
  const notes = text.split('\n').filter((line) => line.startsWith('#'));
  return { text, toml: parse(text) as unknown as FlyToml, notes: notes.join('\n') };
};

/** Names of secrets that the notes list under a heading. */
export const listed = (notes: string, heading: RegExp): string[] => {
  const lines = notes.split('\n');
  const start = lines.findIndex((line) => heading.test(line));
  if (start < 0) throw new Error(`no heading ${heading}`);
  const names: string[] = [];
  for (const line of lines.slice(start + 1)) {
    const [, name] = /^# {3}(\w+)$/.exec(line) ?? [];
    if (!name) break;
    names.push(name);
  }
  return names;
};
