import { z } from 'zod';

/** A record of exactly these keys; its errors name them. */
export const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) => {
      const keys = Object.keys(shape).join(', ');
      if (code === 'unrecognized_keys') return `one of ${keys}`;
      return code === 'invalid_type' ? `a record with ${keys}` : undefined;
    },
  });

/** One of several records that `kind` tells apart; the error of an unknown kind names those that are known. */
export const oneKindOf = <Options extends [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  kinds: readonly string[],
  options: Options,
) =>
  z.discriminatedUnion('kind', options, {
    error: ({ code }) => (code === 'invalid_union' ? `one of the kinds ${kinds.join(', ')}` : undefined),
  });

/** Name of a Kubernetes object (RFC 1123 label). */
export const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'up to 63 of a-z, 0-9 and -');

export const labels = z.record(
  z.string().regex(/^[a-z0-9A-Z./_-]{1,253}$/, 'a label key'),
  z.string().regex(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/, 'a label value of up to 63 characters'),
);

export const host = z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'a host name');

export const count = z.int().min(1).max(1_000);

export const port = z.int().min(1).max(65_535);

/** A key in a Secret or ConfigMap, by its object's name. */
export const secretRef = object({
  secret: name,
  key: z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/, 'a key of a Secret'),
  optional: z.boolean().optional(),
});
