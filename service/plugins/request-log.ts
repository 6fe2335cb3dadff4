import plugin from 'fastify-plugin';

const pathOf = (url: string): string => url.split('?', 1)[0] as string;

/** One line for each request, when it ends. The query stays out: people put tokens and names into it. */
export const requestLog = plugin(
  async (app) => {
    if (!app.config.server.logger.requests) return;
    app.addHook('onRequest', (request, reply, done) => {
      const start = performance.now();
      // `close` comes after an aborted request, too; Fastify's onResponse does not.
      reply.raw.once('close', () => {
        const line = {
          method: request.method,
          route: request.routeOptions.url ?? 'unmatched',
          path: pathOf(request.url),
          status: reply.raw.statusCode,
          ms: Math.round((performance.now() - start) * 10) / 10,
        };
        if (!reply.raw.writableEnded) request.log.warn({ ...line, aborted: true }, 'request aborted by the client');
        else if (line.status >= 500) request.log.warn(line, 'request');
        else request.log.info(line, 'request');
      });
      done();
    });
  },
  { name: 'request-log' },
);
