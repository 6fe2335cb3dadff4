import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Statement } from '../../database/statement';
import { timeText } from '../../database/time-text';
import { callerOf } from '../../identity/caller';
import * as common from '../../schemas';

const entry = z
  .object({
    id: z.uuid(),
    userId: z.uuid().nullable().describe('Who did it; null for somebody unknown'),
    action: z.string().max(100),
    target: z.string().max(100).nullable().describe('Id of what was acted on'),
    outcome: z.enum(['success', 'denied', 'failure']),
    requestId: z.string().max(64).nullable(),
    address: z.string().max(45).nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'AuditEntry' });

const entries = common.pageOf(entry).meta({ id: 'AuditEntries' });

type Entry = z.output<typeof entry>;

const newestEntries = (organizationId: string, { limit, cursor }: common.Page): Statement => ({
  name: 'audit-entries',
  text: `SELECT id, user_id AS "userId", action, target, outcome, request_id AS "requestId", address, ${timeText('created_at')} AS "createdAt"
    FROM audit_log WHERE organization_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
  values: [organizationId, cursor ?? null, limit + 1],
});

/** Who did what in the caller's organization, newest first. */
export const auditLog: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/audit-log',
    {
      config: { access: 'audit.read' },
      schema: {
        tags: ['audit'],
        operationId: 'listAuditEntries',
        summary: 'Who did what, newest first',
        querystring: common.page,
        response: { 200: entries },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return common.toPage(await app.db.query<Entry>(caller, newestEntries(caller.organizationId, request.query)), request.query.limit);
    },
  );
};
