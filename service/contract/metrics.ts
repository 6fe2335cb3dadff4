interface Metric {
  kind: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
  /** Upper bounds of a histogram, in seconds. */
  buckets?: readonly number[];
}

/** Every metric that the service exports itself; the runtime's own (`nodejs_*`, `process_*`) come from prom-client. */
export const metrics = {
  http_requests_total: { kind: 'counter', help: 'Requests answered', labels: ['method', 'route', 'status_code'] },
  http_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time from a request to the end of its answer',
    labels: ['method', 'route', 'status_code'],
    // Holds the thresholds that alerts and targets ask for: 0.05, 0.2, 0.5 and 1 s.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10],
  },
  http_requests_in_flight: { kind: 'gauge', help: 'Requests not yet answered', labels: [] },
  db_pool_connections: { kind: 'gauge', help: 'Connections of the pool by state', labels: ['pool', 'state'] },
  db_pool_connections_max: { kind: 'gauge', help: 'Most connections that the pool may open', labels: ['pool'] },
  db_pool_waiting_requests: { kind: 'gauge', help: 'Callers that wait for a connection', labels: ['pool'] },
  db_query_duration_seconds: {
    kind: 'histogram',
    help: 'Time of a statement, from sending it or the answer to the one before it, to its own answer',
    labels: ['pool'],
    // Holds 0.01 s, the target, and 0.2 s, from which a statement is logged as slow.
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5],
  },
  // The names that the dashboards of Prisma 6 ask for, without labels as there; Prisma 7 counts nothing, so the pools do.
  prisma_pool_connections_open: { kind: 'gauge', help: 'Connections that the pools hold open', labels: [] },
  prisma_pool_connections_busy: { kind: 'gauge', help: 'Connections of the pools that are in use', labels: [] },
  prisma_pool_connections_idle: { kind: 'gauge', help: 'Connections of the pools that are not in use', labels: [] },
  prisma_client_queries_active: { kind: 'gauge', help: 'Callers that hold a connection', labels: [] },
  prisma_client_queries_wait: { kind: 'gauge', help: 'Callers that wait for a connection of any pool', labels: [] },
  // What the database counts since its statistics were last reset, read once a minute; absent while it cannot be read.
  pg_stat_statements_calls_total: { kind: 'counter', help: 'Executions of the statement', labels: ['queryid'] },
  pg_stat_statements_seconds_total: { kind: 'counter', help: 'Time spent in the statement', labels: ['queryid'] },
  pg_stat_statements_mean_seconds: { kind: 'gauge', help: 'Mean time of one execution of the statement', labels: ['queryid'] },
  pg_stat_statements_rows_total: { kind: 'counter', help: 'Rows that the statement returned or changed', labels: ['queryid'] },
  db_table_sequential_scans_total: { kind: 'counter', help: 'Reads of the table from end to end', labels: ['table'] },
  db_table_index_scans_total: { kind: 'counter', help: 'Reads of the table by an index', labels: ['table'] },
  db_table_live_rows: { kind: 'gauge', help: 'Rows of the table, as estimated by the database', labels: ['table'] },
  db_table_index_missing: { kind: 'gauge', help: '1 for a large table that is read from end to end again and again', labels: ['table'] },
  db_index_scans_total: { kind: 'counter', help: 'Reads by the index', labels: ['table', 'index'] },
  db_index_size_bytes: { kind: 'gauge', help: 'Size of the index on disk', labels: ['table', 'index'] },
  db_index_unused: { kind: 'gauge', help: '1 for an index that was never read and enforces nothing', labels: ['table', 'index'] },
  db_foreign_key_index_missing: {
    kind: 'gauge',
    help: '1 for a foreign key whose columns begin no index: deleting what it refers to reads the whole table',
    labels: ['table', 'constraint'],
  },
  // What the business watches of designs; `http_requests_total` has the same by route.
  designs_api_requests_total: { kind: 'counter', help: 'Requests of designs answered', labels: ['method', 'status'] },
  cache_requests_total: { kind: 'counter', help: 'Reads of cached values by whether one was there', labels: ['name', 'result'] },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
