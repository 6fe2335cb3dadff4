import { createHash } from 'node:crypto';
import plugin from 'fastify-plugin';
import type { Transaction } from '../database/database';
import { isMissingReference } from '../database/violations';
import { callerOf } from '../identity/caller';
import type { Prisma } from '../prisma/client/client';
import { HttpProblem } from '../problem';
import { idempotencyHeader } from '../schemas';

/** What a POST answers, as data: it may have to be said again. */
export interface Answer<Body extends object> {
  status: 200 | 201 | 202;
  headers?: Readonly<Record<string, string>>;
  body: Body;
}

type Work<Body extends object> = (tx: Transaction) => Promise<Answer<Body>>;

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Does the work of a POST in one transaction of the caller's scope. With an `Idempotency-Key` the answer is kept in
     * the same transaction, and told again to who repeats the request within a day.
     * @param compared what makes it the same request, in any order of keys. Its hash is kept: leave out what could be guessed
     *   from it, such as a password. @default - the body
     * @returns the body; status and headers are set
     * @throws HttpProblem 409 while the same request is under way, 422 when the key came with another body before, 403 when
     *   the caller was removed from the organization meanwhile
     */
    idempotent<Body extends object>(request: FastifyRequest, reply: FastifyReply, work: Work<Body>, compared?: unknown): Promise<Body>;
  }
}

/** Milliseconds. */
const keptFor = 24 * 3_600_000;

const byName = ([left]: [string, unknown], [right]: [string, unknown]): number => (left < right ? -1 : 1);

const sorted = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(byName)) : value;

const hashOf = (value: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(value, sorted) ?? '')
    .digest();

const inFlight = () =>
  new HttpProblem({
    code: 'request_in_flight',
    status: 409,
    detail: 'A request with this Idempotency-Key is under way. Repeat this one in a moment to learn how it ended.',
    headers: { 'retry-after': '1' },
  });

const reused = () =>
  new HttpProblem({
    code: 'idempotency_key_reused',
    status: 422,
    detail: 'This Idempotency-Key was sent with another body before. Use a new key for a new request.',
  });

const noMember = (cause: unknown) =>
  new HttpProblem({ code: 'forbidden', status: 403, detail: 'You do not belong to this organization any more.', cause });

interface Place {
  organizationId: string;
  userId: string;
  route: string;
  key: string;
}

const once = async <Body extends object>(
  tx: Transaction,
  place: Place,
  bodyHash: Buffer<ArrayBuffer>,
  work: Work<Body>,
): Promise<Answer<Body> & { again?: true }> => {
  // Held until the transaction ends, however it ends: a process that dies leaves no key taken.
  const [lock] = await tx.$queryRaw<[{ taken: boolean }]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${JSON.stringify(Object.values(place))}, 0)) AS taken`;
  if (!lock.taken) throw inFlight();
  await tx.$executeRaw`SELECT forget_expired_idempotency_keys()`;
  const createdAt = new Date();
  const earlier = await tx.idempotencyKey.findFirst({ where: { ...place, createdAt: { gt: new Date(createdAt.getTime() - keptFor) } } });
  if (earlier) {
    if (!bodyHash.equals(earlier.bodyHash)) throw reused();
    const { status, headers, body } = earlier;
    return { status: status as Answer<Body>['status'], headers: headers as Record<string, string>, body: body as Body, again: true };
  }
  const answer = await work(tx);
  const { status, headers = {}, body } = answer;
  const row = { ...place, bodyHash, status, headers, body: body as Prisma.InputJsonObject, createdAt };
  // Over one that has expired.
  await tx.idempotencyKey.upsert({
    where: { organizationId_userId_route_key: place },
    create: row,
    update: row,
    select: { key: true },
  });
  return answer;
};

export const idempotency = plugin(
  async (app) => {
    app.decorate('idempotent', async (request, reply, work, compared = request.body) => {
      const caller = callerOf(request);
      const { organizationId, userId } = caller;
      const key = request.headers[idempotencyHeader];
      const answer = await app.db
        .transaction(caller, (tx) =>
          typeof key === 'string'
            ? once(tx, { organizationId, userId, route: request.routeOptions.url ?? '', key }, hashOf(compared), work)
            : work(tx),
        )
        .catch((error: unknown) => {
          // What refers here to something that is gone refers to the caller or their membership.
          throw isMissingReference(error) ? noMember(error) : error;
        });
      if ('again' in answer) reply.header('idempotency-replayed', 'true');
      reply.code(answer.status).headers({ ...answer.headers });
      return answer.body;
    });
  },
  { name: 'idempotency', dependencies: ['database', 'authentication'] },
);
