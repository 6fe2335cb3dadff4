import plugin from 'fastify-plugin';
import { type Access, isPermission, permissionNames } from '../contract/permissions';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. Every route says so: one that does not stops the start. */
    access?: Access;
  }
}

const isAccess = (value: unknown): value is Access =>
  value === 'public' || value === 'authenticated' || (typeof value === 'string' && isPermission(value));

/** Deny by default: nobody gets in because somebody forgot. Checked when all routes are known. */
export const access = plugin(
  async (app) => {
    const routes: { method: string | string[]; url: string; config?: { access?: unknown } }[] = [];
    app.addHook('onRoute', (route) => {
      routes.push(route);
    });
    app.addHook('onReady', async () => {
      const undecided = routes
        .filter((route) => !isAccess(route.config?.access))
        .map(({ method, url, config }) => `${method} ${url} (access: ${JSON.stringify(config?.access) ?? 'nothing'})`);
      if (undecided.length > 0) {
        throw new Error(
          `Routes that do not say who may call them: ${undecided.join(', ')}. ` +
            `Allowed: config: { access: … } with public, authenticated, or one of ${permissionNames.join(', ')}.`,
        );
      }
    });
  },
  { name: 'access' },
);
