import { roles } from '../contract/permissions';
import type { Principal } from './principal';
import type { Sessions } from './sessions';
import { TokenError } from './tokens/token-error';

/**
 * Who began the session, and what their role allows now: not what it allowed when the token was made.
 * @throws TokenError `revoked` when it ended, or when they are no member any more
 */
export const localPrincipal = async (sessions: Sessions, sessionId: string): Promise<Principal> => {
  const session = await sessions.find(sessionId);
  const role = session && (await sessions.role(session.organizationId, session.userId));
  if (!session || !role) throw new TokenError('revoked');
  const { organizationId, userId } = session;
  return { provider: 'local', subject: userId, userId, organizationId, permissions: new Set(roles[role]), role, sessionId };
};
