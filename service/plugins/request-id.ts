import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import plugin from 'fastify-plugin';

export const requestIdHeader = 'x-request-id';

/** Anything else could forge log lines or bloat them. */
const sane = /^[A-Za-z0-9_-]{1,64}$/;

/** The caller's id, so that one request can be followed through several services, or a new one. */
export const requestId = (request: Pick<IncomingMessage, 'headers'>): string => {
  const given = request.headers[requestIdHeader];
  return typeof given === 'string' && sane.test(given) ? given : randomUUID();
};

export const requestIds = plugin(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      reply.header(requestIdHeader, request.id);
      done();
    });
  },
  { name: 'request-ids' },
);
