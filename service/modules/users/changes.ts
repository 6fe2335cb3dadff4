import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Role } from '../../contract/permissions';
import type { Transaction } from '../../database/database';
import { isUniqueViolation } from '../../database/violations';
import { callerOf } from '../../identity/caller';
import { emailTaken } from '../../identity/email-taken';
import type { Answer } from '../../plugins/idempotency';
import type { Membership, User as UserRow } from '../../prisma/client/client';
import { HttpProblem } from '../../problem';
import { findMember, lockMember, withAccounts } from './members';
import { decryptPhone, encryptPhone } from './phone';
import { checkMayChange, checkMayGive, checkMayLose } from './role-rules';
import type { NewUser, User, UserChange, UserSummary } from './schemas';

type Member = Membership & { user: UserRow };

const presentSummary = ({ user: { id, email, name }, role, createdAt }: Member): UserSummary => ({
  id,
  email,
  name,
  role: role as Role,
  joinedAt: createdAt.toISOString(),
});

export const presentUser = (app: Pick<FastifyInstance, 'encryption'>, member: Member): User => ({
  ...presentSummary(member),
  phone: decryptPhone(app, member),
});

/** @throws HttpProblem 403 for a role beyond the caller's own, 409 when the address has an account */
export const addUser = async (app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, given: NewUser): Promise<User> => {
  const caller = callerOf(request);
  const { organizationId } = caller;
  const { password, ...rest } = given;
  const { email, name, role } = rest;
  checkMayGive(caller, role);
  // Before the transaction, which would hold a connection for as long as the hash takes. A repeated request pays for it, too;
  // how many are hashed at once is limited.
  const passwordHash = await app.passwords.hash(password);
  const work = async (tx: Transaction): Promise<Answer<User>> => {
    await withAccounts(tx);
    const user = await tx.user.create({ data: { email, name } });
    await tx.credential.create({ data: { userId: user.id, passwordHash } });
    const membership = await tx.membership.create({ data: { organizationId, userId: user.id, role } });
    await app.audit(tx, request, { action: 'user.create', target: user.id, outcome: 'success', details: { role } });
    return { status: 201, headers: { location: `/api/users/${user.id}` }, body: presentUser(app, { ...membership, user }) };
  };
  try {
    // Without the password: a hash that is quick to compute would be kept of it, beside the one that is slow.
    return await app.idempotent(request, reply, work, rest);
  } catch (error) {
    throw isUniqueViolation(error) ? emailTaken() : error;
  }
};

const notOursAlone = (): HttpProblem =>
  new HttpProblem({
    code: 'forbidden',
    status: 403,
    detail: 'This user belongs to other organizations, too: only they change their name.',
  });

/** @throws HttpProblem 404, 403 by the rules of roles, 422 for a telephone number without a key */
export const changeUser = (app: FastifyInstance, request: FastifyRequest, id: string, { name, phone }: UserChange): Promise<User> => {
  const caller = callerOf(request);
  const key = { organizationId: caller.organizationId, userId: id };
  return app.db.transaction(caller, async (tx) => {
    checkMayChange(caller, await lockMember(tx, caller, id));
    if (name !== undefined) {
      if (id !== caller.userId && (await tx.membership.count({ where: { userId: id } })) > 1) throw notOursAlone();
      await tx.user.update({ where: { id }, data: { name } });
    }
    if (phone !== undefined) {
      const phoneEncrypted = phone === null ? null : encryptPhone(app, key, phone);
      await tx.membership.updateMany({ where: key, data: { phoneEncrypted } });
    }
    await app.audit(tx, request, { action: 'user.update', target: id, outcome: 'success' });
    return presentUser(app, await findMember(tx, caller, id));
  });
};

/**
 * Answers without the telephone number: one that cannot be read must not keep anybody in their role.
 * @throws HttpProblem 404, 403 by the rules of roles, 409 for the last owner
 */
export const changeRole = async (app: FastifyInstance, request: FastifyRequest, id: string, to: Role): Promise<UserSummary> => {
  const caller = callerOf(request);
  const { organizationId } = caller;
  const user = await app.db.transaction(caller, async (tx) => {
    const member = await lockMember(tx, caller, id);
    checkMayChange(caller, member);
    checkMayGive(caller, to);
    if (to !== 'owner') checkMayLose(member);
    await tx.membership.updateMany({ where: { organizationId, userId: id }, data: { role: to } });
    await app.audit(tx, request, { action: 'user.role', target: id, outcome: 'success', details: { from: member.role, to } });
    return presentSummary(await findMember(tx, caller, id));
  });
  await app.sessions.roleChanged(organizationId, id);
  return user;
};

/**
 * Takes the membership, with it all sessions and designs; and the user, who belongs to no other organization.
 * @throws HttpProblem 404, 403 by the rules of roles, 409 for the last owner
 */
export const removeUser = async (app: FastifyInstance, request: FastifyRequest, id: string): Promise<void> => {
  const caller = callerOf(request);
  const { organizationId } = caller;
  const ended = await app.db.transaction(caller, async (tx) => {
    const member = await lockMember(tx, caller, id);
    checkMayChange(caller, member);
    checkMayLose(member);
    const live = { organizationId, userId: id, revokedAt: null, expiresAt: { gt: new Date() } };
    const sessions = await tx.session.findMany({ where: live, select: { id: true } });
    await tx.membership.deleteMany({ where: { organizationId, userId: id } });
    await tx.user.deleteMany({ where: { id, memberships: { none: {} } } });
    await app.audit(tx, request, { action: 'user.remove', target: id, outcome: 'success' });
    return sessions;
  });
  await app.sessions.roleChanged(organizationId, id);
  await Promise.all(ended.map((session) => app.sessions.ended(session.id)));
};
