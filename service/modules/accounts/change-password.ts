import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { callerOf } from '../../identity/caller';
import { isEmail } from '../../identity/passwords';
import { HttpProblem } from '../../problem';
import type { Accounts } from './accounts';
import type * as schemas from './schemas';
import { type Credential, credentialOf } from './statements';

const wrong = (): HttpProblem =>
  new HttpProblem({ code: 'invalid_credentials', status: 403, detail: 'The current password is another one.' });

const isAddress = (): HttpProblem =>
  new HttpProblem({
    code: 'validation_failed',
    status: 400,
    detail: 'The body does not fit its schema.',
    errors: [{ in: 'body', pointer: '/newPassword', detail: 'must not be the address' }],
  });

/**
 * Ends all other sessions: whoever knew the old password is out.
 * @throws HttpProblem 403 when the current password is wrong, 429 after too many failures
 */
export const changePassword = async (
  { app }: Accounts,
  request: FastifyRequest,
  { currentPassword, newPassword }: z.output<typeof schemas.passwordChange>,
): Promise<void> => {
  const { userId, sessionId } = callerOf(request);
  await app.authLimits.check(request, userId);
  const [known] = await app.db.query<Credential>('identity', credentialOf(userId));
  const matches = await app.passwords.verify(currentPassword, known?.passwordHash);
  if (!known || !matches) {
    await app.auditAlone(request, { action: 'password.change', target: userId, outcome: 'failure' });
    await app.authLimits.fail(request, userId);
    throw wrong();
  }
  await app.authLimits.succeed(userId);
  if (isEmail(newPassword, known.email)) throw isAddress();
  const passwordHash = await app.passwords.hash(newPassword);
  const ended = await app.db.transaction('identity', async (tx) => {
    // Of two changes at once the first counts: for the other, the current password is another one by now.
    const { count } = await tx.credential.updateMany({ where: { userId, passwordHash: known.passwordHash }, data: { passwordHash } });
    if (count === 0) throw wrong();
    await app.audit(tx, request, { action: 'password.change', target: userId, outcome: 'success' });
    return tx.session.updateManyAndReturn({
      where: { userId, revokedAt: null, expiresAt: { gt: new Date() }, ...(sessionId ? { id: { not: sessionId } } : {}) },
      data: { revokedAt: new Date() },
      select: { id: true },
    });
  });
  await Promise.all(ended.map(({ id }) => app.sessions.ended(id)));
};
