import type { Statement } from './statement';

/**
 * On whose behalf the database is asked; its policies show rows of that organization only. `identity` opens accounts, members
 * and sessions of all instead, which are needed before anybody is known, and nothing that belongs to an organization.
 */
export type Scope = { readonly organizationId: string; readonly userId: string } | 'identity';

// Local to the transaction: the next one on the connection begins without any scope, and sees no rows.
const settings = `set_config('app.organization_id', $1, true), set_config('app.user_id', $2, true), set_config('app.realm', $3, true)`;

const valuesOf = (scope: Scope): readonly string[] =>
  scope === 'identity' ? ['', '', 'identity'] : [scope.organizationId, scope.userId, 'organization'];

/** First statement of a transaction that may write. */
export const scopeToWrite = (scope: Scope): Statement => ({ name: 'scope', text: `SELECT ${settings}`, values: valuesOf(scope) });

export interface ReadingScope {
  /** How far a replica has replayed the primary's log, as `pg_lsn`; null on a primary. */
  readonly replayed: string | null;
}

// A setting, since Prisma cannot begin a transaction as READ ONLY.
const readOnly = `set_config('transaction_read_only', 'on', true)`;

/** First statement of a transaction that only reads; gives a `ReadingScope`. The statements after it see at least what it tells. */
export const scopeToRead = (scope: Scope): Statement => ({
  name: 'scope_to_read',
  text: `SELECT ${settings}, ${readOnly}, pg_last_wal_replay_lsn()::text AS replayed`,
  values: valuesOf(scope),
});
