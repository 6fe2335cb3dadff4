import plugin from 'fastify-plugin';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { metrics as contract, type MetricName } from '../contract/metrics';

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Registry;
  }
}

/** Name, text and labels of a metric, as the contract has them. */
export const declared = <Name extends MetricName>(register: Registry, name: Name) => {
  const { help, labels } = contract[name];
  type Label = (typeof contract)[Name]['labels'][number];
  return { name, help, labelNames: labels as readonly string[] as readonly Label[], registers: [register] };
};

/** Labels come from templates and codes, never from what a client sent: their number stays small. */
export const metrics = plugin(
  async (app) => {
    const register = new Registry();
    app.decorate('metrics', register);
    if (!app.config.metrics.enabled) return;
    if (app.config.metrics.performance) collectDefaultMetrics({ register });

    const { buckets } = contract.http_request_duration_seconds;
    const durations = new Histogram({ ...declared(register, 'http_request_duration_seconds'), buckets: [...buckets] });

    // What follows is counted where it costs an addition, or was counted already, and told when it is asked for.
    new Counter({
      ...declared(register, 'http_requests_total'),
      async collect() {
        this.reset();
        const { values } = await durations.get();
        for (const { metricName, labels, value } of values) if (metricName?.endsWith('_count')) this.inc(labels, value);
      },
    });
    let inFlight = 0;
    new Gauge({
      ...declared(register, 'http_requests_in_flight'),
      collect() {
        this.set(inFlight);
      },
    });
    new Counter({
      ...declared(register, 'cache_requests_total'),
      collect() {
        this.reset();
        for (const [name, { hit, miss }] of app.cache.reads) {
          this.inc({ name, result: 'hit' }, hit);
          this.inc({ name, result: 'miss' }, miss);
        }
      },
    });

    app.addHook('onRequest', (_request, reply, done) => {
      inFlight += 1;
      // Also comes when the client goes away, unlike onResponse.
      reply.raw.on('close', () => {
        inFlight -= 1;
      });
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      const labels = { method: request.method, route: request.routeOptions.url ?? 'unmatched', status_code: String(reply.statusCode) };
      durations.observe(labels, reply.elapsedTime / 1_000);
      done();
    });
  },
  { name: 'metrics', dependencies: ['cache'] },
);
