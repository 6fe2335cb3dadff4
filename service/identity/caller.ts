import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal';

/**
 * Who asks, on a route that is not public.
 * @throws Error on a public route: a mistake in the program
 */
export const callerOf = ({ principal, routeOptions }: Pick<FastifyRequest, 'principal' | 'routeOptions'>): Principal => {
  if (!principal) throw new Error(`${routeOptions.url} asks who calls, and is public`);
  return principal;
};
