import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Transaction } from '../../database/database';
import type { Session } from '../../prisma/client/client';
import type { Accounts } from './accounts';
import { type Recognized, recognize, unknownAccount } from './recognize';
import type * as schemas from './schemas';
import { beginCookieSession, beginTokenSession, endOldestSessions, removeEndedSessions } from './session-rows';
import { type Tokens, tokensOf } from './tokens';

type Login = z.output<typeof schemas.login>;

/**
 * Whether the password is still the one that was compared. The lock makes whoever changes it wait, and then end this
 * session with the others.
 */
const confirm = async (tx: Transaction, { member: { userId }, passwordHash }: Recognized): Promise<void> => {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT user_id FROM credentials WHERE user_id = ${userId}::uuid AND password_hash = ${passwordHash} FOR SHARE`;
  if (rows.length === 0) throw unknownAccount();
};

const begin = async <Begun>(
  { app }: Accounts,
  request: FastifyRequest,
  recognized: Recognized,
  make: (tx: Transaction) => Promise<{ sessionId: string; begun: Begun }>,
): Promise<Begun> => {
  const { member } = recognized;
  const { begun, ended } = await app.db.transaction('identity', async (tx) => {
    await confirm(tx, recognized);
    await removeEndedSessions(tx, member);
    const ended = await endOldestSessions(tx, member);
    const { sessionId, begun } = await make(tx);
    await app.audit(tx, request, { action: 'session.begin', target: sessionId, outcome: 'success', actor: member });
    return { begun, ended };
  });
  await Promise.all(ended.map((id) => app.sessions.ended(id)));
  return begun;
};

/** @throws HttpProblem 401, 429: see `recognize` */
export const logIn = async (accounts: Accounts, request: FastifyRequest, login: Login): Promise<Tokens> => {
  const { app } = accounts;
  const recognized = await recognize(app, request, login);
  const { member } = recognized;
  const row = await begin(accounts, request, recognized, async (tx) => {
    const begun = await beginTokenSession(tx, member, app.config.auth);
    return { sessionId: begun.sessionId, begun };
  });
  return tokensOf(accounts, member, row);
};

/** As `logIn`, for a cookie. */
export const logInWithCookie = async (accounts: Accounts, request: FastifyRequest, login: Login): Promise<Session> => {
  const { app } = accounts;
  const recognized = await recognize(app, request, login);
  return begin(accounts, request, recognized, async (tx) => {
    const begun = await beginCookieSession(tx, recognized.member, app.config.auth);
    return { sessionId: begun.id, begun };
  });
};
