import { z } from 'zod';
import { secretRef } from './schema-tools';
import { decode, encode, entries, entryOf, type FileConfiguration, type PlainEnvironment, type SecretSpelling } from './service';

const spellingsOf = (kind: 'plain' | 'secret'): string[] =>
  entries.filter(({ setting }) => setting.kind === kind).flatMap(({ setting }) => Object.keys(setting.spellings));

const plainSpellings = spellingsOf('plain');
const secretSpellings = spellingsOf('secret');

const whyNot = (name: string): string => {
  const kind = entryOf(name)?.setting.kind;
  if (kind === 'derived') return 'nothing: it follows from dependencies, ports or features';
  if (kind === 'secret') return 'a SecretRef under secrets';
  return `a variable that the service reads: ${plainSpellings.join(', ')}`;
};

const errorOf = (name: string, value: unknown): string | undefined => {
  try {
    encode(name, value);
    return undefined;
  } catch (error) {
    return error instanceof z.ZodError ? error.issues.map((issue) => issue.message).join('; ') : String(error);
  }
};

export const config = z.custom<PlainEnvironment>().superRefine((value, context) => {
  const given = new Map<string, string>();
  for (const [name, content] of Object.entries(value)) {
    const entry = entryOf(name);
    const problem = entry?.setting.kind === 'plain' ? errorOf(name, content) : whyNot(name);
    if (problem) context.addIssue({ code: 'custom', path: [name], message: problem, input: content });
    const twin = entry && given.get(entry.path);
    if (twin) context.addIssue({ code: 'custom', path: [name], message: `one spelling of a setting; ${twin} is set, too`, input: content });
    if (entry) given.set(entry.path, name);
  }
});

export const file = z.custom<FileConfiguration>().superRefine((value, context) => {
  const result = decode({}, value);
  for (const problem of result.ok ? [] : result.problems) {
    const path = problem.where.replace(/ \(file\)$/, '').split('.');
    context.addIssue({ code: 'custom', path, message: problem.allowed, input: problem.got });
  }
});

export const secrets = z.partialRecord(z.enum(secretSpellings as [SecretSpelling, ...SecretSpelling[]]), secretRef);
