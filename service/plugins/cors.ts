import fastifyCors from '@fastify/cors';
import plugin from 'fastify-plugin';
import { idempotencyHeader } from '../schemas';
import { requestIdHeader } from './request-id';

/** Only where no proxy in front answers: two `Access-Control-Allow-Origin` in one response are refused by browsers. */
export const cors = plugin(
  async (app) => {
    const { origins, owner } = app.config.cors;
    if (owner !== 'service' || origins.length === 0) return;
    // The plugin's own route for preflights, which carry no token.
    app.addHook('onRoute', (route) => {
      if (route.method === 'OPTIONS' && route.url === '*') route.config = { ...route.config, access: 'public' };
    });
    await app.register(fastifyCors, {
      origin: [...origins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', 'if-match', 'if-none-match', idempotencyHeader, requestIdHeader],
      exposedHeaders: ['etag', 'idempotency-replayed', 'location', 'retry-after', requestIdHeader],
      // Ten minutes of one preflight instead of one before every request.
      maxAge: 600,
    });
  },
  { name: 'cors', dependencies: ['access'] },
);
