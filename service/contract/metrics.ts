interface Metric {
  kind: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
  /** Upper bounds of a histogram, in seconds. */
  buckets?: readonly number[];
}

/** Every metric that the service counts itself; the runtime's own (`nodejs_*`, `process_*`) come from prom-client. */
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
  db_pool_connections: { kind: 'gauge', help: 'Connections of the pool by state', labels: ['state'] },
  db_pool_connections_max: { kind: 'gauge', help: 'Most connections that the pool may open', labels: [] },
  db_pool_waiting_requests: { kind: 'gauge', help: 'Callers that wait for a connection', labels: [] },
  // The name that the dashboards of Prisma 6 ask for; Prisma 7 counts nothing, so the pool does.
  prisma_pool_connections_open: { kind: 'gauge', help: 'Connections that the pool holds open', labels: [] },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
