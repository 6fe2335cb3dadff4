import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { entryOf } from './contract/catalogue';
import { type Decoded, decode, lookUp, type Problem } from './contract/decode';
import { dependencySlots } from './contract/dependencies';
import { configFolder } from './contract/endpoints';
import { featureProblems } from './contract/feature-rules';
import { environment as environmentSetting } from './contract/settings/server';
import type { Config } from './contract/types';

type Environment = Readonly<Record<string, string | undefined>>;
type FileContent = { content?: unknown; problem?: Problem };

const fileProblem = (where: string, got: string): FileContent => ({
  problem: { where, got, allowed: 'a JSON object in the shape of service/contract/settings', fix: 'Correct the file, or remove it.' },
});

/** No file is fine; one that cannot be used is not. */
const readFile = (folder: string, stage: string): FileContent => {
  const where = join(configFolder, `${stage}.json`);
  let text: string;
  try {
    text = readFileSync(join(folder, where), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? {} : fileProblem(where, `a file that cannot be read (${code})`);
  }
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null && !Array.isArray(content)
      ? { content }
      : fileProblem(where, 'JSON that is not an object');
  } catch {
    // The parser's own message quotes the text, in which somebody may have put a password.
    return fileProblem(where, 'text that is not JSON');
  }
};

const hasDefault = (name: string): boolean => entryOf(name)?.setting.default !== undefined;

/** A Redis on a private network may have no password. */
const mayBeAbsent = (name: string): boolean => name === 'REDIS_PASSWORD' || hasDefault(name);

/** A server to which a connection is needed is named completely, in one way. */
function* serverProblems(slot: 'database' | 'cache', isGiven: (name: string) => boolean, needed: boolean): Iterable<Problem> {
  const ways: (readonly string[])[] = Object.values(dependencySlots[slot].spellings);
  const begunBy = (names: (name: string) => boolean) =>
    ways.filter((way) => way.some((name) => names(name) && isGiven(name) && !hasDefault(name)));
  // A password left beside a complete URL, as a shared Secret may hold it, begins no second way.
  const places = begunBy((name) => !name.endsWith('PASSWORD'));
  const begun = places.length > 0 ? places : begunBy(() => true);
  const allowed = ways.map((names) => names.join(', ')).join('; or ');
  if (begun.length > 1) {
    const where = begun.flat().filter(isGiven).join(' and ');
    yield { where, got: `two ways to say where the ${slot} is`, allowed, fix: 'Remove one of them.' };
  } else if (begun[0]) {
    for (const where of begun[0].filter((name) => !isGiven(name) && !mayBeAbsent(name))) {
      yield {
        where,
        got: 'nothing',
        allowed: `a value, beside ${begun[0].filter(isGiven).join(', ')}`,
        fix: entryOf(where)?.setting.about ?? '',
      };
    }
  } else if (needed) {
    const where = Object.keys(dependencySlots[slot].spellings).join(' or ');
    yield { where, got: 'nothing', allowed, fix: `Say where the ${slot} is.` };
  }
}

/** What no single setting can see. */
function* crossProblems(environment: Environment, file: unknown, config: Config | undefined, stage: string): Iterable<Problem> {
  const isGiven = (name: string): boolean => environment[name] !== undefined || lookUp(file, entryOf(name)?.path ?? '') !== undefined;
  yield* serverProblems('database', isGiven, stage !== 'development' && stage !== 'test');
  yield* serverProblems('cache', isGiven, false);
  if (config && config.shutdown.timeout <= config.shutdown.drain) {
    yield {
      where: 'SHUTDOWN_TIMEOUT_MS',
      got: String(config.shutdown.timeout),
      allowed: `more than SHUTDOWN_DRAIN_MS (${config.shutdown.drain})`,
      fix: 'Else every exit is a forced one: leave time for the last answers.',
    };
  }
  const { features = [] } = config ?? {};
  for (const problem of featureProblems(features)) yield { where: 'FEATURES', got: JSON.stringify(features), ...problem };
}

/**
 * Reads the environment and `config/<stage>.json` below the folder, and finds everything that is wrong with them.
 * Environment beats file, file beats default.
 */
export const readConfig = (environment: Environment, folder: string): Decoded => {
  const codec = environmentSetting.spellings.NODE_ENV;
  const stage = z.safeDecode(codec, environment.NODE_ENV ?? environment.ENVIRONMENT ?? (environmentSetting.default as string));
  // An unknown stage names no file; decode tells what is wrong with it.
  const file = stage.success ? readFile(folder, stage.data) : {};
  const decoded = decode(environment, file.content);
  const problems = [
    ...(file.problem ? [file.problem] : []),
    ...(decoded.ok ? [] : decoded.problems),
    ...crossProblems(environment, file.content, decoded.ok ? decoded.config : undefined, stage.success ? stage.data : 'production'),
  ];
  return decoded.ok && problems.length === 0 ? decoded : { ok: false, problems };
};

export const describeProblems = (problems: readonly Problem[]): string =>
  [
    `The configuration has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}:`,
    ...problems.map(({ where, got, allowed, fix }) => `  ${where}: got ${got}; allowed: ${allowed}. ${fix}`),
    '',
  ].join('\n');

/** Configuration of this process. Prints every problem to stderr and exits with 1 when there is one. */
export const loadConfig = (): Config => {
  const decoded = readConfig(process.env, process.cwd());
  if (decoded.ok) return decoded.config;
  process.stderr.write(describeProblems(decoded.problems));
  process.exit(1);
};
