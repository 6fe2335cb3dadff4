import type { Codec } from './codecs';
import type { AnySetting } from './setting';
import { settings } from './settings';

export interface Entry {
  /** Where the value stands in the configuration and its file: `server.logger.level`. */
  readonly path: string;
  readonly setting: AnySetting;
}

const isSetting = (node: object): node is AnySetting => 'spellings' in node && 'kind' in node;

const walk = (node: object, path: readonly string[]): Entry[] =>
  isSetting(node)
    ? [{ path: path.join('.'), setting: node }]
    : Object.entries(node).flatMap(([name, child]) => walk(child as object, [...path, name]));

/** Every setting with its path, in the order of the tree. */
export const entries: readonly Entry[] = walk(settings, []);

const bySpelling = new Map<string, Entry>(
  entries.flatMap((entry) => Object.keys(entry.setting.spellings).map((name) => [name, entry] as const)),
);

const byPath = new Map<string, Entry>(entries.map((entry) => [entry.path, entry]));

/** The setting behind the name of an environment variable, if the service reads it. */
export const entryOf = (spelling: string): Entry | undefined => bySpelling.get(spelling);

export const entryAt = (path: string): Entry | undefined => byPath.get(path);

export const codecOf = (spelling: string): Codec<unknown> | undefined => bySpelling.get(spelling)?.setting.spellings[spelling];

export const spellings: readonly string[] = [...bySpelling.keys()];
