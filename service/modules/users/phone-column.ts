import type { Pool } from 'pg';
import { burst } from '../../database/burst';
import { scopeToWrite } from '../../database/scope';
import type { Statement } from '../../database/statement';
import type { EncryptedColumn } from '../../encryption/reencrypt';
import { phonePlace } from './phone';

interface Row {
  userId: string;
  envelope: string;
}

const phonesAfter = (organizationId: string, after: string | undefined, limit: number): Statement => ({
  name: 'phones-after',
  text: `SELECT user_id AS "userId", phone_encrypted AS envelope FROM memberships
    WHERE organization_id = $1 AND phone_encrypted IS NOT NULL AND ($2::uuid IS NULL OR user_id > $2) ORDER BY user_id LIMIT $3`,
  values: [organizationId, after ?? null, limit],
});

const rewritePhone = (organizationId: string, userId: string, before: string, envelope: string): Statement => ({
  name: 'rewrite-phone',
  text: 'UPDATE memberships SET phone_encrypted = $4 WHERE organization_id = $1 AND user_id = $2 AND phone_encrypted = $3',
  values: [organizationId, userId, before, envelope],
});

const organizations: Statement = {
  name: 'organizations-with-phones',
  text: 'SELECT DISTINCT organization_id AS id FROM memberships WHERE phone_encrypted IS NOT NULL ORDER BY organization_id',
  values: [],
};

/**
 * Encrypted telephone numbers, one column for each organization that has any: within one, a user id names a row.
 * @param pool of the owner or of the API's role: members are open to who signs in, whose scope this takes
 */
export const phoneColumns = async (pool: Pool): Promise<EncryptedColumn[]> => {
  const run = async (statement: Statement) => {
    const [, answer] = await burst(pool, [scopeToWrite('identity'), statement]);
    return answer as NonNullable<typeof answer>;
  };
  const { rows } = await run(organizations);
  return rows.map(({ id: organizationId }: { id: string }) => ({
    read: async (after, limit) => {
      const page = await run(phonesAfter(organizationId, after, limit));
      return page.rows.map(({ userId, envelope }: Row) => ({ place: phonePlace({ organizationId, userId }), envelope }));
    },
    write: async ({ place, before, envelope }) => (await run(rewritePhone(organizationId, place.rowId, before, envelope))).rowCount === 1,
  }));
};
