import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { linksTo } from '../../documentation/links';
import { entityTag, missed, ofVersion, versionsOf } from '../../entity-tag';
import { callerOf } from '../../identity/caller';
import type { Organization } from '../../prisma/client/client';
import { notFound } from '../../problem';
import * as common from '../../schemas';

const organization = z
  .object({
    id: z.uuid(),
    name: z.string().max(200),
    version: z.int().describe('Counts changes; the ETag'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Organization' });

const change = z.strictObject({ name: common.text(1, 200) });

const present = ({ createdAt, updatedAt, ...row }: Organization): z.output<typeof organization> => ({
  ...row,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

const path = '/organizations/:id';

/** The caller's own organization: any other is not found. */
export const organizations: FastifyPluginAsyncZod = async (app) => {
  const shared = { tags: ['organizations'], params: common.id, answerHeaders: { 200: ['etag'] } } as const;

  app.get(
    path,
    {
      config: { access: 'organization.read' },
      schema: { ...shared, operationId: 'getOrganization', summary: 'The own organization', response: { 200: organization } },
      links: { 200: linksTo('updateOrganization') },
    },
    async (request, reply) => {
      const row = await app.db.transaction(callerOf(request), (tx) => tx.organization.findUnique({ where: { id: request.params.id } }), {
        readOnly: true,
      });
      if (!row) throw notFound('organization');
      return reply.header('etag', entityTag(row.version)).send(present(row));
    },
  );

  app.patch(
    path,
    {
      config: { access: 'organization.update' },
      schema: {
        ...shared,
        operationId: 'updateOrganization',
        summary: 'Rename the own organization',
        headers: common.preconditionHeaders,
        body: change,
        response: { 200: organization },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const versions = versionsOf(request.headers['if-match']);
      const row = await app.db.transaction(callerOf(request), async (tx) => {
        const [changed] = await tx.organization.updateManyAndReturn({
          where: { id, ...ofVersion(versions) },
          data: { ...request.body, version: { increment: 1 } },
        });
        if (!changed) throw missed('organization', await tx.organization.count({ where: { id } }));
        await app.audit(tx, request, { action: 'organization.update', target: id, outcome: 'success' });
        return changed;
      });
      return reply.header('etag', entityTag(row.version)).send(present(row));
    },
  );
};
