import plugin from 'fastify-plugin';

const pathOf = (url: string): string => url.split('?', 1)[0] as string;

/** One line for each request, when it ends. The query stays out: people put tokens and names into it. */
export const requestLog = plugin(
  async (app) => {
    if (!app.config.server.logger.requests) return;
    // Nothing in the line is a secret by its name, and looking for those is a third of what a line costs.
    const lines = app.log.child({}, { redact: [] });
    app.addHook('onRequest', (request, reply, done) => {
      const start = performance.now();
      // `close` comes after an aborted request, too; Fastify's onResponse does not.
      reply.raw.on('close', () => {
        const { logLevel, url: route = 'unmatched' } = request.routeOptions;
        // A route may have a level of its own, which its logger knows.
        const log = logLevel ? request.log : lines.child({ requestId: request.id });
        const line = {
          method: request.method,
          route,
          path: pathOf(request.url),
          status: reply.raw.statusCode,
          ms: Math.round((performance.now() - start) * 10) / 10,
        };
        if (!reply.raw.writableEnded) log.warn({ ...line, aborted: true }, 'request aborted by the client');
        else if (line.status >= 500) log.warn(line, 'request');
        else log.info(line, 'request');
      });
      done();
    });
  },
  { name: 'request-log' },
);
