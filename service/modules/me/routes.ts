import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { permissionNames } from '../../contract/permissions';
import type { Statement } from '../../database/statement';
import { callerOf } from '../../identity/caller';
import { notFound } from '../../problem';

const me = z
  .object({
    user: z.object({ id: z.uuid(), email: z.string().max(254).nullable(), name: z.string().max(200) }),
    organization: z.object({ id: z.uuid(), name: z.string().max(200) }),
    role: z.string().max(255).nullable(),
    permissions: z.array(z.enum(permissionNames)).max(permissionNames.length),
  })
  .meta({ id: 'Me' });

interface Names {
  email: string | null;
  userName: string;
  organizationName: string;
}

const namesOf = (organizationId: string, userId: string): Statement => ({
  name: 'names-of-caller',
  text: `SELECT email, users.name AS "userName", organizations.name AS "organizationName"
    FROM users, organizations WHERE users.id = $2 AND organizations.id = $1`,
  values: [organizationId, userId],
});

/** Who the caller is to us, whichever identity provider signed the token. */
export const meRoute: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/auth/me',
    {
      config: { access: 'authenticated' },
      schema: {
        tags: ['auth'],
        operationId: 'getMe',
        summary: 'Who the caller is, and may do',
        problems: { 404: ['not_found'] },
        response: { 200: me },
      },
      links: { 200: { organization: { operationId: 'getOrganization', parameters: { id: '$response.body#/organization/id' } } } },
    },
    async (request) => {
      const caller = callerOf(request);
      const { organizationId, userId, role = null, permissions } = caller;
      const [names] = await app.db.query<Names>(caller, namesOf(organizationId, userId));
      if (!names) throw notFound('user');
      return {
        user: { id: userId, email: names.email, name: names.userName },
        organization: { id: organizationId, name: names.organizationName },
        role,
        permissions: [...permissions],
      };
    },
  );
};
