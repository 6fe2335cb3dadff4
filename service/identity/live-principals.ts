import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { announcements } from './announcements';
import { foreignPrincipal } from './foreign-principal';
import { localPrincipal } from './local-principal';
import type { Principal } from './principal';
import { provisioning } from './provisioning';
import { createSessions, type Sessions } from './sessions';
import type { VerifiedToken } from './tokens/verified-token';
import { createVerifiedTokens } from './tokens/verified-tokens';
import { createVerifiers } from './tokens/verifiers';

/** Milliseconds for which a principal is believed without asking again, while every change is heard. */
const keptWhileHearing = 60_000;

/** The same while changes made by other processes may not arrive: Redis is away, or there is none. */
const keptWhileDeaf = 5_000;

export interface LivePrincipals {
  readonly sessions: Sessions;
  /** @throws TokenError */
  ofToken(token: string): Promise<Principal>;
  /** Asks each time. @throws TokenError `revoked` */
  ofSession(id: string): Promise<Principal>;
  close(): Promise<void>;
}

/** Who bears a token or a session. What is known of them is forgotten as soon as any process says that it changed. */
export const livePrincipals = (app: Pick<FastifyInstance, 'config' | 'db' | 'cache' | 'redis'>, log: FastifyBaseLogger): LivePrincipals => {
  const provisioned = provisioning(app);
  const sessions = createSessions(app, (announcement) => heard.publish(announcement));
  const ofSession = (id: string): Promise<Principal> => localPrincipal(sessions, id);

  const resolve = async (token: VerifiedToken): Promise<Principal> => {
    if (token.provider === 'local') return ofSession(token.sessionId as string);
    const principal = foreignPrincipal(token);
    await provisioned.ensure(token, principal);
    return principal;
  };
  const verified = createVerifiedTokens<Principal>({
    verifiers: createVerifiers(app.config, {
      onKeysUnavailable: (provider, error) => log.warn({ provider, reason: error.message }, 'auth keys could not be fetched'),
    }),
    keepFor: () => (heard.complete ? keptWhileHearing : keptWhileDeaf),
    resolve,
  });
  const heard = announcements(app.redis, {
    cache: app.config.cache,
    log,
    hear: (changed) => {
      if ('session' in changed) verified.revokeSession(changed.session);
      else verified.evict((_token, { userId }) => userId === changed.user);
    },
    missed: () => verified.evict(() => true),
  });

  const roleChanged: Sessions['roleChanged'] = async (organizationId, userId) => {
    await provisioned.forget(organizationId, userId);
    await sessions.roleChanged(organizationId, userId);
  };
  return { sessions: { ...sessions, roleChanged }, ofToken: verified.principalOf, ofSession, close: heard.close };
};
