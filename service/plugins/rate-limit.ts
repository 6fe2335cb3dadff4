import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { HttpProblem } from '../problem';

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Counts a failed authentication against the client's address.
     * @throws HttpProblem 429 when there were more than `rateLimit.auth` allows
     */
    countFailedAuthentication(request: FastifyRequest): Promise<void>;
  }
}

const tooMany = (seconds: number, what: string): HttpProblem =>
  new HttpProblem({
    code: 'rate_limited',
    status: 429,
    detail: `Too many ${what}. Try again in ${seconds} s.`,
    headers: { 'retry-after': String(seconds) },
  });

/** Per client address, shared by all replicas through Redis when there is one. While Redis is away nobody is refused. */
export const rateLimit = plugin(
  async (app) => {
    const { enabled, global, auth } = app.config.rateLimit;
    app.decorate('countFailedAuthentication', async () => {});
    if (!enabled) return;
    await app.register(fastifyRateLimit, {
      global: false,
      ...global,
      redis: app.redis,
      nameSpace: 'rate-limit:',
      skipOnError: true,
      // Probes come from one address and must not be refused.
      allowList: (request) => request.routeOptions.config.rateLimit === false,
      errorResponseBuilder: (_request, { ttl }) => tooMany(Math.ceil(ttl / 1_000), 'requests'),
    });
    // One hook for all, before the token is looked at; unknown paths count, too.
    app.addHook('onRequest', app.rateLimit());

    const failures = app.createRateLimit({ ...auth, allowList: [] });
    app.countFailedAuthentication = async (request) => {
      const state = await failures(request);
      if (!state.isAllowed && state.isExceeded) throw tooMany(state.ttlInSeconds, 'failed authentications');
    };
  },
  { name: 'rate-limit', dependencies: ['cache', 'problems'] },
);
