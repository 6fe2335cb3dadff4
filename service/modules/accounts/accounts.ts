import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/principal';
import type { LocalKeys } from '../../identity/tokens/local-tokens';
import { revokeSession } from './session-rows';

/** What every part of this module works with. */
export interface Accounts {
  readonly app: FastifyInstance;
  readonly keys: LocalKeys;
}

/** Ends the session of the caller, in every process. */
export const logOut = async ({ app }: Accounts, request: FastifyRequest, { sessionId }: Principal): Promise<void> => {
  // Other identity providers end theirs themselves.
  if (sessionId === undefined) return;
  await app.db.transaction('identity', async (tx) => {
    await revokeSession(tx, sessionId);
    await app.audit(tx, request, { action: 'session.end', target: sessionId, outcome: 'success' });
  });
  await app.sessions.ended(sessionId);
};
