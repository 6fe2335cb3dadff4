import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { componentLog } from '../../logging';
import { HttpProblem } from '../../problem';
import type * as schemas from './schemas';
import type { Member } from './session-rows';
import { type Account, accountByEmail } from './statements';

export interface Recognized {
  member: Member;
  /** By which the password was found right. */
  passwordHash: string;
}

/** One answer for everything: which part was wrong helps only who guesses. */
export const unknownAccount = (): HttpProblem =>
  new HttpProblem({ code: 'invalid_credentials', status: 401, detail: 'There is no such account with this password.' });

/** Nobody is kept out because it fails: the next login tries again. @returns the hash that is in force afterwards */
const renewHash = async (app: FastifyInstance, { userId, passwordHash }: Account, password: string): Promise<string> => {
  try {
    const renewed = await app.passwords.hash(password);
    const { count } = await app.db.transaction('identity', (tx) =>
      // Not over a password that was chosen meanwhile.
      tx.credential.updateMany({ where: { userId, passwordHash }, data: { passwordHash: renewed } }),
    );
    return count === 1 ? renewed : passwordHash;
  } catch (error) {
    componentLog(app.log, 'auth').warn({ reason: (error as Error).name, userId }, 'hash of a password could not be renewed');
    return passwordHash;
  }
};

/**
 * Whose password it is. Does the same for an account that does not exist as for a wrong password.
 * @throws HttpProblem 401 for all that does not fit, 429 after too many failures of the address or the account
 */
export const recognize = async (
  app: FastifyInstance,
  request: FastifyRequest,
  { email, password, organizationId }: z.output<typeof schemas.login>,
): Promise<Recognized> => {
  await app.authLimits.check(request, email);
  const [account] = await app.db.query<Account>('identity', accountByEmail(email));
  const matches = await app.passwords.verify(password, account?.passwordHash);
  const { userId, organizations = [] } = account ?? {};
  const joined = organizations.find((id) => organizationId === undefined || id === organizationId);
  if (!account || !matches || joined === undefined) {
    // Shown to whom the account belongs; nobody sees the others.
    const actor = { organizationId: joined ?? organizations[0], userId };
    await app.auditAlone(request, { action: 'session.begin', outcome: 'failure', actor });
    await app.authLimits.fail(request, email);
    throw unknownAccount();
  }
  await app.authLimits.succeed(email);
  const passwordHash = app.passwords.needsRehash(account.passwordHash) ? await renewHash(app, account, password) : account.passwordHash;
  return { member: { organizationId: joined, userId: account.userId }, passwordHash };
};
