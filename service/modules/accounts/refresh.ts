import type { FastifyRequest } from 'fastify';
import { verifyRefreshToken } from '../../identity/tokens/local-tokens';
import { mayBeGuess, TokenError } from '../../identity/tokens/token-error';
import { componentLog } from '../../logging';
import { HttpProblem } from '../../problem';
import type { Accounts } from './accounts';
import { renew } from './session-rows';
import { type Tokens, tokensOf } from './tokens';

const refused = (): HttpProblem =>
  new HttpProblem({ code: 'invalid_refresh_token', status: 401, detail: 'This refresh token is not good, or no longer. Log in again.' });

/**
 * The successor of a refresh token, and a new access token. One that was used before is taken for stolen: its whole
 * session ends, for the thief as for the owner.
 * @throws HttpProblem 401, the same for every reason, or 429 after too many tokens that nobody signed
 */
export const refreshTokens = async (accounts: Accounts, request: FastifyRequest, token: string): Promise<Tokens> => {
  const { app } = accounts;
  const { auth } = app.config;
  const refuse = (reason: string): never => {
    componentLog(app.log, 'auth').warn({ reason, requestId: request.id, address: request.ip }, 'auth refused');
    throw refused();
  };
  const claims = await verifyRefreshToken(accounts.keys, token).catch(async (error: unknown) => {
    if (!(error instanceof TokenError)) throw error;
    if (mayBeGuess(error.reason)) await app.authLimits.fail(request);
    return refuse(error.reason);
  });
  const renewal = await app.db.transaction('identity', async (tx) => {
    const found = await renew(tx, claims.id, auth);
    if (found.outcome === 'refused' && found.reason === 'reused') {
      const { sessionId, member } = found;
      await app.audit(tx, request, { action: 'session.reuse', target: sessionId, outcome: 'failure', actor: member });
    }
    return found;
  });
  if (renewal.outcome === 'renewed') return tokensOf(accounts, renewal.member, renewal.token);
  if (renewal.reason === 'reused') await app.sessions.ended(renewal.sessionId);
  return refuse(`refresh_token_${renewal.reason}`);
};
