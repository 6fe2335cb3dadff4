import fastifyRateLimit from '@fastify/rate-limit';
import plugin from 'fastify-plugin';
import { addressKey } from '../limits/address-key';
import { tooMany } from '../problem';

/** Per client address, shared by all processes through Redis when there is one. While Redis is away nobody is refused. */
export const rateLimit = plugin(
  async (app) => {
    const { enabled, global } = app.config.rateLimit;
    if (!enabled) return;
    await app.register(fastifyRateLimit, {
      global: false,
      ...global,
      redis: app.redis,
      nameSpace: 'rate-limit:',
      skipOnError: true,
      keyGenerator: addressKey,
      // Probes come from one address and must not be refused.
      allowList: (request) => request.routeOptions.config.rateLimit === false,
      errorResponseBuilder: (_request, { ttl }) => tooMany('requests', ttl),
    });
    // One hook for all, before the token is looked at; unknown paths count, too.
    app.addHook('onRequest', app.rateLimit());
  },
  { name: 'rate-limit', dependencies: ['cache', 'problems'] },
);
