import { z } from 'zod';
import { entries, entryAt } from './catalogue';
import type { AnySetting } from './setting';
import type { Config } from './types';

/** One thing wrong with an environment or a file. The value of a secret never stands in it. */
export interface Problem {
  /** Environment variable, or path in the file. */
  where: string;
  got: string;
  allowed: string;
  fix: string;
}

export type Decoded = { ok: true; config: Config } | { ok: false; problems: readonly Problem[] };

type Environment = Readonly<Record<string, string | undefined>>;

const wanted = (error: z.core.$ZodError): string => [...new Set(error.issues.map((issue) => issue.message))].join('; ');

const shown = (setting: AnySetting, value: unknown): string => (setting.sensitive ? '(hidden)' : JSON.stringify(value));

/** What stands at a path such as `server.port`, if anything does. */
export const lookUp = (tree: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], tree);

const leafPaths = (node: unknown, path: readonly string[] = []): string[] =>
  typeof node !== 'object' || node === null || Array.isArray(node) || entryAt(path.join('.'))
    ? [path.join('.')]
    : Object.entries(node).flatMap(([name, child]) => leafPaths(child, [...path, name]));

const set = (tree: Record<string, unknown>, path: string, value: unknown): void => {
  const names = path.split('.');
  const last = names.pop() as string;
  let node = tree;
  for (const name of names) {
    node[name] ??= {};
    node = node[name] as Record<string, unknown>;
  }
  node[last] = value;
};

/** Names in the file that mean nothing, and secrets that do not belong there. */
function* misplaced(file: unknown): Iterable<Problem> {
  for (const where of file === undefined ? [] : leafPaths(file)) {
    const entry = entryAt(where);
    if (!entry) {
      yield {
        where,
        got: 'a name that the service does not read',
        allowed: 'the paths of service/contract/settings',
        fix: 'Correct or remove it.',
      };
    } else if (entry.setting.sensitive) {
      yield {
        where,
        got: 'a secret in a file',
        allowed: 'environment variables only',
        fix: `Set ${Object.keys(entry.setting.spellings)[0]} instead.`,
      };
    }
  }
}

/**
 * Reads an environment and, optionally, the parsed configuration file. Environment beats file, file beats default.
 * Returns every problem at once.
 */
export const decode = (environment: Environment, file?: unknown): Decoded => {
  const config: Record<string, unknown> = {};
  const problems: Problem[] = [...misplaced(file)];
  const named: unknown = environment.FEATURES?.split(',').map((name) => name.trim()) ?? lookUp(file, 'features');
  const features: readonly unknown[] = Array.isArray(named) ? named : [];

  for (const { path, setting } of entries) {
    const names = Object.keys(setting.spellings);
    const given = names.filter((name) => environment[name] !== undefined);
    const [name = names[0] as string, second] = given;
    const codec = setting.spellings[name] as z.core.$ZodType<unknown, string>;
    if (second) {
      problems.push({ where: given.join(' and '), got: 'two names of one setting', allowed: 'one of them', fix: `Remove ${second}.` });
    }
    if (given.length > 0) {
      const result = z.safeDecode(codec, environment[name] as string);
      if (result.success) set(config, path, result.data);
      else problems.push({ where: name, got: shown(setting, environment[name]), allowed: wanted(result.error), fix: setting.about });
      continue;
    }
    const fromFile = lookUp(file, path);
    if (fromFile !== undefined && !setting.sensitive) {
      // What can be encoded is a valid value: the file holds values, not their text forms.
      const result = z.safeEncode(codec, fromFile);
      if (result.success) set(config, path, fromFile);
      else problems.push({ where: `${path} (file)`, got: shown(setting, fromFile), allowed: wanted(result.error), fix: setting.about });
      continue;
    }
    const { required } = setting;
    if (required === 'always' || (required && features.includes(required))) {
      problems.push({
        where: names.join(' or '),
        got: 'nothing',
        allowed: required === 'always' ? 'always a value' : `a value while the feature ${required} is on`,
        fix: setting.about,
      });
    }
    set(config, path, setting.default);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config: config as Config };
};
