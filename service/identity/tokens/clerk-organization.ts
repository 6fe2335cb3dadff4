import { z } from 'zod';
import { optionalWord, optionalWords, word } from './claims';

/** Claims about the active organization, as tokens of version 1 say them. */
export const organizationV1 = z.object({ org_id: optionalWord, org_role: optionalWord, org_permissions: optionalWords });

const list = z.string().transform((line) => line.split(',').map((item) => item.trim()));

/** The same in version 2: `fea` lists features, `o.per` permissions, and `o.fpm` has for each feature a mask of permissions. */
export const organizationV2 = z.object({
  fea: list.optional(),
  o: z
    .object({
      id: word,
      rol: optionalWord,
      per: list.optional(),
      fpm: list.pipe(z.array(z.string().regex(/^\d+$/).transform(BigInt))).optional(),
    })
    .optional(),
});

interface Organization {
  organization?: string;
  role?: string;
  permissions?: readonly string[];
}

export const ofVersion1 = ({ org_id, org_role, org_permissions }: z.output<typeof organizationV1>): Organization => ({
  organization: org_id,
  role: org_role,
  permissions: org_permissions,
});

/** Scopes stand before the colon: `o` the organization, `u` the user, both together where a feature belongs to both. */
const featuresOfOrganization = (features: readonly string[]): string[] =>
  features.flatMap((feature) => {
    const [scopes = '', name] = feature.split(':');
    return scopes.includes('o') && name ? [name] : [];
  });

/**
 * In the words of version 1: `org:admin`, `org:tasks:read`. The lowest bit of a mask stands for the first permission, and
 * masks are counted over the organization's features alone, as Clerk's own libraries do.
 */
export const ofVersion2 = ({ fea = [], o }: z.output<typeof organizationV2>): Organization => {
  if (!o) return {};
  const { id, rol, per, fpm } = o;
  const features = featuresOfOrganization(fea);
  return {
    organization: id,
    role: rol && `org:${rol}`,
    permissions:
      per &&
      fpm?.flatMap((mask, index) => {
        const feature = features[index];
        return feature === undefined
          ? []
          : per.filter((_, bit) => (mask >> BigInt(bit)) & 1n).map((permission) => `org:${feature}:${permission}`);
      }),
  };
};
