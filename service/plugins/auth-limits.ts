import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { addressKey } from '../limits/address-key';
import { failureCounter } from '../limits/failure-counter';
import { tooMany } from '../problem';

/**
 * Failed authentications, counted by the client's address and by the account that was tried. An account is whatever
 * names it at login, such as its email; case and surrounding space make no difference.
 */
export interface AuthLimits {
  /**
   * To be asked before a password is compared.
   * @throws HttpProblem 429 when the address or the account has failed as often as `rateLimit.auth` allows
   */
  check(request: FastifyRequest, account?: string): Promise<void>;
  /**
   * Counts a failure for both.
   * @throws HttpProblem 429 when it was more than allowed
   */
  fail(request: FastifyRequest, account?: string): Promise<void>;
  /**
   * Forgets the failures of the account, not those of the address. To be asked before anything is given away.
   * @throws HttpProblem 429 when the account was exhausted since `check`: guesses sent at once all pass that
   */
  succeed(account: string): Promise<void>;
}

declare module 'fastify' {
  interface FastifyInstance {
    authLimits: AuthLimits;
  }
}

/** Keys of Redis are seen by more people than accounts are: in its slow log, in MONITOR, in backups. */
const accountKey = (account: string): string => createHash('sha256').update(account.trim().toLowerCase()).digest('base64url');

const refuse = (waits: readonly number[]): void => {
  const wait = Math.max(...waits);
  if (wait > 0) throw tooMany('failed authentications', wait);
};

/** Shared by all processes through Redis when there is one; while it is away each counts for itself. */
export const authLimits = plugin(
  async (app) => {
    const limit = app.config.rateLimit.auth;
    // Two, so that made-up accounts do not push addresses out of memory.
    const addresses = failureCounter('address', limit, app.redis);
    const accounts = failureCounter('account', limit, app.redis);

    const ofBoth = async (what: 'check' | 'add', request: FastifyRequest, account?: string): Promise<void> => {
      const waits = [addresses[what](addressKey(request))];
      if (account !== undefined) waits.push(accounts[what](accountKey(account)));
      refuse(await Promise.all(waits));
    };
    app.decorate('authLimits', {
      check: (request, account) => ofBoth('check', request, account),
      fail: (request, account) => ofBoth('add', request, account),
      succeed: async (account) => refuse([await accounts.forget(accountKey(account))]),
    });
  },
  { name: 'auth-limits', dependencies: ['cache', 'problems'] },
);
