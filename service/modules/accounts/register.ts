import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { isUniqueViolation } from '../../database/violations';
import { emailTaken } from '../../identity/email-taken';
import type { Accounts } from './accounts';
import type * as schemas from './schemas';
import { beginTokenSession, type Member } from './session-rows';
import { type Tokens, tokensOf } from './tokens';

/**
 * A new user, owner of a new organization, logged in.
 * @throws HttpProblem 409 when the address has an account; counted like a failed login, since it tells that there is one
 */
export const register = async (
  accounts: Accounts,
  request: FastifyRequest,
  given: z.output<typeof schemas.registration>,
): Promise<Tokens> => {
  const { app } = accounts;
  const { email, password, name, organization: organizationName = name } = given;
  await app.authLimits.check(request, email);
  const passwordHash = await app.passwords.hash(password);
  const begun = await app.db
    .transaction('identity', async (tx) => {
      const user = await tx.user.create({ data: { email, name } });
      const organization = await tx.organization.create({ data: { name: organizationName } });
      const member: Member = { organizationId: organization.id, userId: user.id };
      await tx.credential.create({ data: { userId: user.id, passwordHash } });
      await tx.membership.create({ data: { ...member, role: 'owner' } });
      await app.audit(tx, request, { action: 'user.register', target: user.id, outcome: 'success', actor: member });
      return { member, token: await beginTokenSession(tx, member, app.config.auth) };
    })
    .catch(async (error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      await app.authLimits.fail(request, email);
      throw emailTaken();
    });
  return tokensOf(accounts, begun.member, begun.token);
};
