import plugin from 'fastify-plugin';
import { HttpProblem } from '../problem';

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Answers 405 to the methods that the paths served so far do not have, instead of denying that they exist (RFC 9110,
     * 15.5.6). Called when all routes are there.
     */
    refuseOtherMethods(): void;
  }
}

const refusal = (method: string, allow: string): HttpProblem =>
  new HttpProblem({
    code: 'method_not_allowed',
    status: 405,
    detail: `This path has no ${method}. It has ${allow}.`,
    headers: { allow },
  });

export const methodNotAllowed = plugin(
  async (app) => {
    const served = new Set<string>();
    app.addHook('onRoute', ({ url }) => {
      // A wildcard stands for paths that may not exist.
      if (!url.endsWith('*')) served.add(url);
    });
    app.decorate('refuseOtherMethods', () => {
      for (const url of [...served]) {
        const methods = app.supportedMethods.filter((method) => app.hasRoute({ method, url }));
        const allow = methods.sort().join(', ');
        app.route({
          // OPTIONS belongs to CORS, whose route for all paths a more precise one would hide.
          method: app.supportedMethods.filter((method) => method !== 'OPTIONS' && !methods.includes(method)),
          url,
          config: { access: 'public' },
          schema: { hide: true },
          // Before a body is read: whatever it is, it is not wanted.
          onRequest: async ({ method }) => {
            throw refusal(method, allow);
          },
          handler: async () => {},
        });
      }
    });
  },
  { name: 'method-not-allowed', dependencies: ['access', 'problems'] },
);
