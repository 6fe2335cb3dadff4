import { z } from 'zod';
import { pageOf, text } from '../../schemas';

const title = text(1, 200).meta({ examples: ['Write the report'] });

export const task = z
  .object({
    id: z.uuid(),
    title: z.string().max(200),
    done: z.boolean(),
    version: z.int().describe('Counts changes; the ETag'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Task' });

export type Task = z.output<typeof task>;

export const newTask = z.strictObject({ title, done: z.boolean().optional() });

export type NewTask = z.output<typeof newTask>;

/** No defaults: a field that the caller leaves out stays as it is. */
export const taskChange = z
  .strictObject({ title: title.optional(), done: z.boolean().optional() })
  .refine((change) => change.title !== undefined || change.done !== undefined, 'needs title, done or both')
  .meta({ minProperties: 1 });

export type TaskChange = z.output<typeof taskChange>;

export const tasks = pageOf(task).meta({ id: 'Tasks' });
