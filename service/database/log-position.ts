import type { Pool } from 'pg';

/** A place in the primary's log (`pg_lsn`) as 16 hexadecimal digits: compared as text, it compares as the number does. */
export type LogPosition = string;

/** After every other, so that only the primary is up to it. */
export const beyondAll: LogPosition = 'F'.repeat(16);

/** @param lsn as PostgreSQL writes it: `16/B374D848` */
export const logPosition = (lsn: string): LogPosition =>
  lsn
    .split('/')
    .map((half) => half.padStart(8, '0'))
    .join('')
    .toUpperCase();

// Not pg_current_wal_lsn: with synchronous_commit off, a commit is answered before it is written there.
const end = { name: 'log_end', text: 'SELECT pg_current_wal_insert_lsn()::text AS lsn' };

/** Everything that is committed lies before it. */
export const endOfLog = async (primary: Pool): Promise<LogPosition> => {
  const { rows } = await primary.query<{ lsn: string }>(end);
  return logPosition((rows[0] as { lsn: string }).lsn);
};
