import { z } from 'zod';

/** PostgreSQL keeps no NUL in text. */
const title = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !text.includes('\0'), 'must not contain NUL');

export const task = z
  .object({
    id: z.uuid(),
    title: z.string().max(200),
    done: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Task' });

export type Task = z.output<typeof task>;

export const newTask = z.strictObject({ title, done: z.boolean().optional() });

/** No defaults: a field that the caller leaves out stays as it is. */
export const taskChange = z
  .strictObject({ title: title.optional(), done: z.boolean().optional() })
  .refine((change) => change.title !== undefined || change.done !== undefined, 'needs title, done or both');

export const taskId = z.strictObject({ id: z.uuid() });

export const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('Most tasks in the answer'),
  cursor: z.uuid().optional().describe('`nextCursor` of the page before'),
});

export const tasks = z
  .object({ items: z.array(task).max(100), nextCursor: z.uuid().nullable().describe('Null on the last page') })
  .meta({ id: 'Tasks' });
