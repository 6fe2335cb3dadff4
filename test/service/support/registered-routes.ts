import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';

const channel = 'fastify.initialization';

/** Every route that is registered while `build` runs, with its schemas as they were written. */
export const routesOf = async (build: () => Promise<unknown>): Promise<RouteOptions[]> => {
  const routes: RouteOptions[] = [];
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', (route) => {
      routes.push(route);
    });
  };
  subscribe(channel, listen);
  try {
    await build();
  } finally {
    unsubscribe(channel, listen);
  }
  return routes;
};
