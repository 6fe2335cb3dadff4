import { z } from 'zod';

/** PostgreSQL keeps no NUL in text, and no lone surrogate survives as UTF-8. */
export const isStorable = (value: string): boolean => !/[\0\p{Cs}]/u.test(value);

export const text = (min: number, max: number) =>
  z
    .string()
    .min(min)
    .max(max)
    // A pattern of its own, so that the documentation tells it.
    .regex(/^[^\0]*$/u, 'must not contain NUL')
    .refine((value) => !/\p{Cs}/u.test(value), 'must be well-formed Unicode');

/** In lower case, as the database writes it: what is kept under an id has one key. */
export const id = z.strictObject({ id: z.uuid().toLowerCase() });

/** Keyset pagination: no page repeats or misses a row because others were added meanwhile. */
export const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('Most items in the answer'),
  cursor: z.uuid().optional().describe('`nextCursor` of the page before'),
});

export type Page = z.output<typeof page>;

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item).max(100), nextCursor: z.uuid().nullable().describe('Null on the last page') });

/** @param rows one more than the page holds, if there are more */
export const toPage = <Item extends { id: string }>(rows: readonly Item[], limit: number) => {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
};

export const idempotencyHeader = 'idempotency-key';

/** Loose: the other headers of a request are none of a route's business, and are not taken from it. */
export const idempotencyHeaders = z.looseObject({
  [idempotencyHeader]: z
    .string()
    .max(255)
    .regex(/^[\x21-\x7e]+$/, 'visible ASCII characters')
    .optional()
    .describe('The same key with the same body does the work once; the answer is told again for a day'),
});

export const preconditionHeaders = z.looseObject({
  'if-match': z.string().max(1_000).optional().describe('ETag of the version that is to be changed; else the last writer wins'),
});

export const freshnessHeaders = z.looseObject({
  'if-none-match': z.string().max(1_000).optional().describe('ETag of the version that the caller has'),
});
