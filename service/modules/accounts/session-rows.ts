import type { Config } from '../../contract/types';
import type { Transaction } from '../../database/database';

/** A family of refresh tokens ends then, however often it was renewed: whoever took one over does not stay for good. */
const longestSession = 30 * 86_400_000;

/** How long a used token still answers, so that two tabs, or a repeated request, do not look like theft. Milliseconds. */
const overlap = 10_000;

/** How long a session is kept after its end, for who looks into what happened. Milliseconds. */
const keptAfterEnd = 30 * 86_400_000;

/** Of one member. More than any program begins in a day, few enough that a new password ends them all at once, in every process. */
const mostSessions = 1_000;

export interface RefreshTokenRow {
  id: string;
  sessionId: string;
  createdAt: Date;
  expiresAt: Date;
}

export interface Member {
  organizationId: string;
  userId: string;
}

type Auth = Pick<Config['auth'], 'refreshLifetime' | 'session'>;

export type Renewal =
  | { outcome: 'renewed'; member: Member; token: RefreshTokenRow }
  /** `reused`: the session has been revoked with this. */
  | { outcome: 'refused'; reason: 'unknown' | 'ended' }
  | { outcome: 'refused'; reason: 'reused'; sessionId: string; member: Member };

const addToken = (tx: Transaction, sessionId: string, sessionEnd: Date, { refreshLifetime }: Auth): Promise<RefreshTokenRow> => {
  const createdAt = new Date();
  const expiresAt = new Date(Math.min(createdAt.getTime() + refreshLifetime, sessionEnd.getTime()));
  return tx.refreshToken.create({ data: { id: crypto.randomUUID(), sessionId, createdAt, expiresAt } });
};

/** For tokens: renewed by refresh tokens, the first of which is made here. */
export const beginTokenSession = async (tx: Transaction, member: Member, auth: Auth): Promise<RefreshTokenRow> => {
  const { id, expiresAt } = await tx.session.create({ data: { ...member, expiresAt: new Date(Date.now() + longestSession) } });
  return addToken(tx, id, expiresAt, auth);
};

/** For a cookie: ends after `auth.session.timeout`, and is not renewed. */
export const beginCookieSession = (tx: Transaction, member: Member, { session }: Auth) =>
  tx.session.create({ data: { ...member, expiresAt: new Date(Date.now() + session.timeout * 1_000) } });

/** Done at login, so that nothing else has to run: who never comes back leaves no more rows. */
export const removeEndedSessions = async (tx: Transaction, member: Member): Promise<void> => {
  const ended = { lt: new Date(Date.now() - keptAfterEnd) };
  await tx.session.deleteMany({ where: { ...member, OR: [{ expiresAt: ended }, { revokedAt: ended }] } });
};

/**
 * Ends the oldest, so that one more may begin.
 * @returns their ids, to be told with `sessions.ended` after the commit
 */
export const endOldestSessions = async (tx: Transaction, member: Member): Promise<string[]> => {
  const now = new Date();
  const live = await tx.session.findMany({
    where: { ...member, revokedAt: null, expiresAt: { gt: now } },
    orderBy: { id: 'desc' },
    skip: mostSessions - 1,
    // Where there are more, the next logins end them.
    take: mostSessions,
    select: { id: true },
  });
  const ids = live.map(({ id }) => id);
  if (ids.length > 0) await tx.session.updateMany({ where: { id: { in: ids } }, data: { revokedAt: now } });
  return ids;
};

export const revokeSession = async (tx: Transaction, id: string): Promise<void> => {
  await tx.session.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
};

const succeed = async (tx: Transaction, { id, expiresAt }: { id: string; expiresAt: Date }, auth: Auth): Promise<RefreshTokenRow> => {
  // Their signatures have expired as well: nobody can present them any more.
  await tx.refreshToken.deleteMany({ where: { sessionId: id, expiresAt: { lt: new Date() } } });
  return addToken(tx, id, expiresAt, auth);
};

/**
 * Exchanges a refresh token for its successor. Of several at once, one makes the successor and all get the same. Within
 * the overlap a used token gives the one that is good now, also when that is not its successor but a later one: it tells
 * no more than the successor would, which a client that is quick may have used already.
 * @param id of the token, whose signature has been checked
 */
export const renew = async (tx: Transaction, id: string, auth: Auth): Promise<Renewal> => {
  // Claimed by a conditional update first: the row's lock makes the others wait, and then see that it is used.
  const { count } = await tx.refreshToken.updateMany({ where: { id, usedAt: null }, data: { usedAt: new Date() } });
  const token = await tx.refreshToken.findUnique({ where: { id } });
  const session = token && (await tx.session.findUnique({ where: { id: token.sessionId } }));
  if (!token || !session) return { outcome: 'refused', reason: 'unknown' };
  const { organizationId, userId } = session;
  const member = { organizationId, userId };
  const now = Date.now();
  if (session.revokedAt || session.expiresAt.getTime() <= now) return { outcome: 'refused', reason: 'ended' };
  if (count === 1) return { outcome: 'renewed', member, token: await succeed(tx, session, auth) };
  const active = await tx.refreshToken.findFirst({ where: { sessionId: session.id, usedAt: null } });
  if (active && token.usedAt && now - token.usedAt.getTime() <= overlap) return { outcome: 'renewed', member, token: active };
  await revokeSession(tx, session.id);
  return { outcome: 'refused', reason: 'reused', sessionId: session.id, member };
};
