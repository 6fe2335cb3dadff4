import type { z } from 'zod';

/** As far as a walk needs it. */
interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  options?: z.ZodType[];
  items?: z.ZodType[];
  getter?: () => z.ZodType;
  [part: string]: unknown;
}

export const definitionOf = (schema: z.ZodType): Definition => schema._zod.def as unknown as Definition;

const parts = ['innerType', 'element', 'in', 'out', 'keyType', 'valueType', 'left', 'right', 'rest', 'catchall'] as const;

/** The schema and all that it is made of. */
export const schemasWithin = (schema: z.ZodType): z.ZodType[] => {
  const definition = definitionOf(schema);
  const within = [
    ...Object.values(definition.shape ?? {}),
    ...(definition.options ?? []),
    ...(definition.items ?? []),
    ...parts.flatMap((part) => (definition[part] ? [definition[part] as z.ZodType] : [])),
  ];
  return [schema, ...within.flatMap(schemasWithin)];
};
