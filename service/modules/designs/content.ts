import { z } from 'zod';
import { isStorable } from '../../schemas';

/** Bytes of JSON. A design is drawn in a browser: it has to fit into one request and one cached value. */
const largest = 262_144;

/** Objects and lists within each other. PostgreSQL and JSON.stringify recurse, and fail from some thousands on. */
const deepest = 64;

const isKeepable = (value: unknown): boolean =>
  // JSON writes 1e400, which it reads as infinite and would write as null.
  typeof value === 'string' ? isStorable(value) : typeof value !== 'number' || Number.isFinite(value);

/** What is wrong with the content of a design. Goes level by level, so that no depth makes it overflow. */
const problemOf = (content: object): string | undefined => {
  let level: object[] = [content];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === deepest) return `objects and lists in each other, at most ${deepest} deep`;
    const values = level.flatMap((node) => Object.values(node) as unknown[]);
    const names = level.flatMap((node) => (Array.isArray(node) ? [] : Object.keys(node)));
    if (![...names, ...values].every(isKeepable)) return 'well-formed Unicode without NUL, and finite numbers';
    level = values.filter((value) => typeof value === 'object' && value !== null);
  }
  return Buffer.byteLength(JSON.stringify(content)) > largest ? `at most ${largest} bytes of JSON` : undefined;
};

export const content = z
  .record(z.string().max(100), z.unknown())
  .superRefine((value, context) => {
    const message = problemOf(value);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .describe(`What the editor makes of it: an object of at most ${largest} bytes of JSON, ${deepest} deep`);
