import { z } from 'zod';
import { pageOf, text } from '../../schemas';
import { content } from './content';

export const design = z
  .object({
    id: z.uuid(),
    name: z.string().max(200),
    content: z.record(z.string().max(100), z.unknown()),
    version: z.int().describe('Counts changes; the ETag'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'SavedDesign' });

export type Design = z.output<typeof design>;

const summary = design.omit({ content: true }).meta({ id: 'SavedDesignSummary' });

export type DesignSummary = z.output<typeof summary>;

const name = text(1, 200).meta({ examples: ['A poster'] });

export const newDesign = z.strictObject({ name, content });

export type NewDesign = z.output<typeof newDesign>;

/** No defaults: a field that the caller leaves out stays as it is. */
export const designChange = z
  .strictObject({ name: name.optional(), content: content.optional() })
  .refine((change) => change.name !== undefined || change.content !== undefined, 'needs name, content or both')
  .meta({ minProperties: 1 });

export type DesignChange = z.output<typeof designChange>;

export const designs = pageOf(summary).meta({ id: 'SavedDesigns' });
