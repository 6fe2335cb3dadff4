import plugin from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route answers without a token. Every route says so: one that does not stops the start. */
    public?: boolean;
  }
}

/** Deny by default: nobody gets in because somebody forgot. Checked when all routes are known. */
export const access = plugin(
  async (app) => {
    const routes: { method: string | string[]; url: string; config?: { public?: boolean } }[] = [];
    app.addHook('onRoute', (route) => {
      routes.push(route);
    });
    app.addHook('onReady', async () => {
      const undecided = routes.filter((route) => route.config?.public === undefined).map(({ method, url }) => `${method} ${url}`);
      if (undecided.length > 0) {
        throw new Error(
          `Routes that do not say who may call them: ${undecided.join(', ')}. Allowed: config: { public: true } or { public: false }.`,
        );
      }
    });
  },
  { name: 'access' },
);
