/** Rows of a result: a column is either a metric or one of its labels, and is named so. */
export type Row = Readonly<Record<string, string | number | null>>;

export type Ask = (sql: string) => Promise<readonly Row[]>;

export interface Question {
  /** What is asked about, for log lines. */
  about: string;
  read(ask: Ask): Promise<readonly Row[]>;
}

/** How many statements have metrics of their own: a bound on the series, far above what one needs to look at. */
const top = 20;

/** Where the extension is differs: `public`, or `extensions` at some providers. */
export const statementsSource = async (ask: Ask): Promise<string> => {
  const [found] = await ask(`SELECT extnamespace::regnamespace AS schema FROM pg_extension WHERE extname = 'pg_stat_statements'`);
  if (!found) throw new Error('the database has no extension pg_stat_statements');
  return `${found.schema}.pg_stat_statements`;
};

export const statements: Question = {
  about: 'statements',
  // Without their texts, which are read from a file as a whole. A role sees statements of others only as member of
  // pg_read_all_stats; theirs have no id for it.
  read: async (ask) =>
    ask(`
      SELECT queryid::text AS queryid,
        sum(calls) AS pg_stat_statements_calls_total,
        sum(total_exec_time) / 1000 AS pg_stat_statements_seconds_total,
        sum(total_exec_time) / sum(calls) / 1000 AS pg_stat_statements_mean_seconds,
        sum(rows) AS pg_stat_statements_rows_total
      FROM ${await statementsSource(ask)}(false)
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND queryid IS NOT NULL AND calls > 0
      GROUP BY queryid ORDER BY sum(total_exec_time) DESC LIMIT ${top}`),
};

const tables: Question = {
  about: 'tables',
  // Up to 10,000 rows, some hundred pages, a sequential scan takes about a millisecond and the planner rightly prefers it.
  // A hundred readings of the whole table tell such a habit from backups, and from scans that a LIMIT ends early.
  read: (ask) =>
    ask(`
      SELECT relname AS "table",
        seq_scan AS db_table_sequential_scans_total,
        coalesce(idx_scan, 0) AS db_table_index_scans_total,
        n_live_tup AS db_table_live_rows,
        (n_live_tup > 10000 AND seq_scan > coalesce(idx_scan, 0) AND seq_tup_read >= 100 * n_live_tup)::int AS db_table_index_missing
      FROM pg_stat_user_tables WHERE schemaname = 'public'`),
};

const indexes: Question = {
  about: 'indexes',
  // One that is unique or excludes rows does its work without being read.
  read: (ask) =>
    ask(`
      SELECT used.relname AS "table", used.indexrelname AS "index",
        used.idx_scan AS db_index_scans_total,
        pg_relation_size(used.indexrelid) AS db_index_size_bytes,
        CASE WHEN NOT (made.indisunique OR made.indisexclusion) THEN (used.idx_scan = 0)::int END AS db_index_unused
      FROM pg_stat_user_indexes used JOIN pg_index made USING (indexrelid)
      WHERE used.schemaname = 'public'`),
};

const foreignKeys: Question = {
  about: 'foreign keys',
  // The columns in any order, at the beginning of an index that holds every row and answers equality. A partition has the
  // keys of its table again, which are left out.
  read: (ask) =>
    ask(`
      SELECT relation.relname AS "table", key.conname AS "constraint",
        (NOT EXISTS (
          SELECT FROM pg_index made
          JOIN pg_class itself ON itself.oid = made.indexrelid
          JOIN pg_am method ON method.oid = itself.relam AND method.amname IN ('btree', 'hash')
          WHERE made.indrelid = key.conrelid AND made.indisvalid AND made.indpred IS NULL
            AND made.indnkeyatts >= cardinality(key.conkey)
            AND (made.indkey::int2[])[0:cardinality(key.conkey) - 1] @> key.conkey
        ))::int AS db_foreign_key_index_missing
      FROM pg_constraint key JOIN pg_class relation ON relation.oid = key.conrelid
      WHERE key.contype = 'f' AND key.conparentid = 0 AND key.connamespace = to_regnamespace('public')`),
};

export const questions: readonly Question[] = [statements, tables, indexes, foreignKeys];
