import plugin from 'fastify-plugin';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { metrics as contract } from '../contract/metrics';

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Registry;
  }
}

/** Labels come from templates and codes, never from what a client sent: their number stays small. */
export const metrics = plugin(
  async (app) => {
    const register = new Registry();
    const { pool } = app.database;
    app.decorate('metrics', register);
    if (!app.config.metrics.enabled) return;
    if (app.config.metrics.performance) collectDefaultMetrics({ register });

    const declared = <Name extends keyof typeof contract>(name: Name) => {
      const { help, labels } = contract[name];
      type Label = (typeof contract)[Name]['labels'][number];
      return { name, help, labelNames: labels as readonly string[] as readonly Label[], registers: [register] };
    };
    const requests = new Counter(declared('http_requests_total'));
    const { buckets } = contract.http_request_duration_seconds;
    const durations = new Histogram({ ...declared('http_request_duration_seconds'), buckets: [...buckets] });
    const inFlight = new Gauge(declared('http_requests_in_flight'));
    inFlight.set(0);

    // Read when asked for: the pool knows, and events could be missed.
    new Gauge({
      ...declared('db_pool_connections'),
      collect() {
        this.set({ state: 'idle' }, pool.idleCount);
        this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      },
    });
    const readings = {
      db_pool_connections_max: () => pool.options.max,
      db_pool_waiting_requests: () => pool.waitingCount,
      prisma_pool_connections_open: () => pool.totalCount,
    } as const;
    for (const [name, read] of Object.entries(readings)) {
      new Gauge({
        ...declared(name as keyof typeof readings),
        collect() {
          this.set(read());
        },
      });
    }

    app.addHook('onRequest', (_request, reply, done) => {
      inFlight.inc();
      // Also comes when the client goes away, unlike onResponse.
      reply.raw.once('close', () => inFlight.dec());
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      const labels = { method: request.method, route: request.routeOptions.url ?? 'unmatched', status_code: String(reply.statusCode) };
      requests.inc(labels);
      durations.observe(labels, reply.elapsedTime / 1_000);
      done();
    });
  },
  { name: 'metrics', dependencies: ['database'] },
);
