import type { FastifyInstance } from 'fastify';
import { isRole, type Role } from '../contract/permissions';
import type { ScopedDatabase } from '../database/database';
import type { Principal } from './principal';
import { roleOfMember } from './sessions';
import type { VerifiedToken } from './tokens/verified-token';

/** All that a token tells; whoever may update the organization gives it a better name. */
const nameOf = (word: string): string => Array.from(word).slice(0, 200).join('');

/** What lists of members show, and nobody is let in by: the permissions of a foreign principal are those of the token. */
const roleOf = ({ role = '' }: Principal, { organization }: VerifiedToken): Role => {
  if (isRole(role)) return role;
  return organization === undefined ? 'owner' : 'member';
};

/** Of several at once, each adds what the others have not. */
const provision = async (db: ScopedDatabase, token: VerifiedToken, principal: Principal): Promise<void> => {
  const { organizationId, userId } = principal;
  const { organization, subject } = token;
  await db.transaction('identity', async (tx) => {
    await tx.organization.createMany({ data: { id: organizationId, name: nameOf(organization ?? subject) }, skipDuplicates: true });
    await tx.user.createMany({ data: { id: userId, name: nameOf(subject) }, skipDuplicates: true });
    await tx.membership.createMany({ data: { organizationId, userId, role: roleOf(principal, token) }, skipDuplicates: true });
  });
};

/** Rows for whom another identity provider registered, so that what they make can refer to them. */
export const provisioning = ({ db, cache }: Pick<FastifyInstance, 'db' | 'cache'>) => {
  const keyOf = (organizationId: string, userId: string): string => `${organizationId}/${userId}`;
  const done = cache.define<true, readonly [VerifiedToken, Principal]>({
    name: 'provisioned',
    kind: 'tenant',
    shared: true,
    load: async (_key, [token, principal]) => {
      const known = await db.query('identity', roleOfMember(principal.organizationId, principal.userId));
      if (known.length === 0) await provision(db, token, principal);
      return true;
    },
  });
  return {
    ensure: async (token: VerifiedToken, principal: Principal): Promise<void> => {
      await done.get(keyOf(principal.organizationId, principal.userId), [token, principal]);
    },
    /** Said when a membership changed: it may be gone. */
    forget: (organizationId: string, userId: string): Promise<void> => done.forget(keyOf(organizationId, userId)),
  };
};
