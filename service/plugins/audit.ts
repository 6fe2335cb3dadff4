import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import type { Transaction } from '../database/database';
import { componentLog } from '../logging';
import type { Prisma } from '../prisma/client/client';
import { HttpProblem } from '../problem';
import * as common from '../schemas';

/** What is told of one act; who did it is known from the request. */
export interface AuditEvent {
  /** Noun and verb: `task.create`, `session.begin`. */
  action: string;
  /** Id of what was acted on. */
  target?: string;
  outcome: 'success' | 'denied' | 'failure';
  /** Never a secret, never personal data: it is kept for good. */
  details?: Prisma.InputJsonObject;
  /** Who did it, where the request carries no token yet. */
  actor?: { organizationId?: string; userId?: string };
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Writes the event within the transaction of the act: neither is kept without the other. */
    audit(tx: Transaction, request: FastifyRequest, event: AuditEvent): Promise<void>;
    /**
     * Writes the event by itself, for an act that changed nothing that could carry it. Failing, it becomes a log line.
     * Denials (403 with the code `forbidden`) are written so without being asked for.
     */
    auditAlone(request: FastifyRequest, event: AuditEvent): Promise<void>;
  }
}

const rowOf = (request: FastifyRequest, { actor, ...event }: AuditEvent): Prisma.AuditEntryCreateManyInput => {
  const { organizationId, userId } = actor ?? request.principal ?? {};
  // A proxy that is trusted may tell of its client what is no address, and a client that is gone has none.
  return { organizationId, userId, requestId: request.id, address: request.ip?.slice(0, 45), ...event };
};

/** What the route asks for stands for what was tried: no handler has begun when most denials are made. */
const denialOf = (request: FastifyRequest): AuditEvent => {
  const { url = '', config } = request.routeOptions;
  const named = common.id.safeParse(request.params);
  return {
    action: config.access ?? 'unknown',
    ...(named.success ? { target: named.data.id } : {}),
    outcome: 'denied',
    details: { method: request.method, route: url },
  };
};

export const audit = plugin(
  async (app) => {
    const log = componentLog(app.log, 'audit');
    const write = async (tx: Transaction, data: Prisma.AuditEntryCreateManyInput): Promise<void> => {
      // Not `create`: that reads the row back, and who signs in may append to the log but not read it.
      await tx.auditEntry.createMany({ data });
    };
    app.decorate('audit', (tx, request, event) => write(tx, rowOf(request, event)));
    app.decorate('auditAlone', async (request, event) => {
      const data = rowOf(request, event);
      try {
        await app.db.transaction((event.actor ? undefined : request.principal) ?? 'identity', (tx) => write(tx, data));
      } catch (error) {
        log.error({ err: error, requestId: request.id, action: event.action, outcome: event.outcome }, 'audit entry could not be written');
      }
    });
    app.addHook('onError', async (request, _reply, error) => {
      if (error instanceof HttpProblem && error.code === 'forbidden') await app.auditAlone(request, denialOf(request));
    });
  },
  { name: 'audit', dependencies: ['database', 'authentication'] },
);
