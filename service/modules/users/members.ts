import type { Role } from '../../contract/permissions';
import type { Transaction } from '../../database/database';
import type { Statement } from '../../database/statement';
import { timeText } from '../../database/time-text';
import type { Principal } from '../../identity/principal';
import { notFound } from '../../problem';
import type { Page } from '../../schemas';

export const membersOf = (organizationId: string, { limit, cursor }: Page): Statement => ({
  name: 'members-newest',
  text: `SELECT users.id, email, name, role, ${timeText('memberships.created_at')} AS "joinedAt"
    FROM memberships JOIN users ON users.id = user_id
    WHERE organization_id = $1 AND ($2::uuid IS NULL OR user_id < $2) ORDER BY user_id DESC LIMIT $3`,
  values: [organizationId, cursor ?? null, limit + 1],
});

/** @throws HttpProblem 404 for who is no member of the caller's organization */
export const findMember = async (tx: Transaction, { organizationId }: Principal, userId: string) => {
  const member = await tx.membership.findUnique({
    where: { organizationId_userId: { organizationId, userId } },
    include: { user: true },
  });
  if (!member) throw notFound('user');
  return member;
};

/**
 * Accounts, sessions and members are open to who signs in, and to who manages members: from here on in this transaction.
 * Those of every organization, so each statement has to name the caller's.
 */
export const withAccounts = (tx: Transaction) => tx.$executeRaw`SELECT set_config('app.realm', 'identity', true)`;

/** A role that nobody else changes before the transaction ends. */
export interface LockedRole {
  role: Role;
  isLastOwner: boolean;
}

/**
 * For who is about to change a member. Includes `withAccounts`.
 * @throws HttpProblem 404 for who is no member of the caller's organization
 */
export const lockMember = async (tx: Transaction, { organizationId }: Principal, userId: string): Promise<LockedRole> => {
  await withAccounts(tx);
  // With the owners, so that two who remove each other at once do not both succeed; all in one order, so that they do not
  // wait for each other. The keys stay open to who refers to them: owners log in and save designs meanwhile.
  const locked = await tx.$queryRaw<{ userId: string; role: Role }[]>`
    SELECT user_id AS "userId", role FROM memberships
    WHERE organization_id = ${organizationId}::uuid AND (role = 'owner' OR user_id = ${userId}::uuid) ORDER BY user_id FOR NO KEY UPDATE`;
  const member = locked.find((row) => row.userId === userId);
  if (!member) throw notFound('user');
  const owners = locked.filter(({ role }) => role === 'owner');
  return { role: member.role, isLastOwner: member.role === 'owner' && owners.length === 1 };
};
