import type { FastifyInstance } from 'fastify';
import { isRole, type Role } from '../contract/permissions';
import type { Statement } from '../database/statement';
import type { Announcement } from './announcements';

/** A session that has neither ended nor been revoked. */
export interface LiveSession {
  organizationId: string;
  userId: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

const liveSession = (id: string): Statement => ({
  name: 'live-session',
  text: `SELECT organization_id AS "organizationId", user_id AS "userId", floor(extract(epoch FROM expires_at) * 1000)::float8 AS "expiresAt"
    FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()`,
  values: [id],
});

/** No row for who is no member. */
export const roleOfMember = (organizationId: string, userId: string): Statement => ({
  name: 'role-of-member',
  text: 'SELECT role FROM memberships WHERE organization_id = $1 AND user_id = $2',
  values: [organizationId, userId],
});

export interface Sessions {
  /** Null when it ended, was revoked, or never was. */
  find(id: string): Promise<LiveSession | null>;
  /** Null for who is no member. */
  role(organizationId: string, userId: string): Promise<Role | null>;
  /** Said by who has just revoked it, after the commit: no process lets it in any more. */
  ended(id: string): Promise<void>;
  /** Said by who has just changed it, after the commit: from now on every process goes by it. */
  roleChanged(organizationId: string, userId: string): Promise<void>;
}

/**
 * What is asked of sessions for each request, by way of the cache; who changes one says so here.
 * @param publish tells every process what it has to forget
 */
export const createSessions = (
  { db, cache }: Pick<FastifyInstance, 'db' | 'cache'>,
  publish: (announcement: Announcement) => Promise<void>,
): Sessions => {
  const sessions = cache.define<LiveSession | null>({
    name: 'session',
    shared: true,
    kind: 'default',
    load: async (id) => (await db.query<LiveSession>('identity', liveSession(id)))[0] ?? null,
  });
  const roles = cache.define<Role | null>({
    name: 'role',
    shared: true,
    kind: 'permissions',
    load: async (key) => {
      const [organizationId = '', userId = ''] = key.split('/');
      const [row] = await db.query<{ role: string }>('identity', roleOfMember(organizationId, userId));
      return row && isRole(row.role) ? row.role : null;
    },
  });
  return {
    find: async (id) => {
      const session = await sessions.get(id);
      return session && session.expiresAt > Date.now() ? session : null;
    },
    role: (organizationId, userId) => roles.get(`${organizationId}/${userId}`),
    ended: async (id) => {
      await sessions.put(id, null);
      await publish({ session: id });
    },
    roleChanged: async (organizationId, userId) => {
      // Not put: of two changes at once the earlier might come last, and what was taken would be back until it expires.
      await roles.forget(`${organizationId}/${userId}`);
      await publish({ user: userId });
    },
  };
};
