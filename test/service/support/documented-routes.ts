import type { FastifyInstance } from 'fastify';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface DocumentedRoute {
  method: Method;
  /** As OpenAPI writes it: `/api/tasks/{id}`. */
  path: string;
}

/** Every route of the OpenAPI document, and the HEAD that Fastify adds to each GET. */
export const documentedRoutes = (app: FastifyInstance): DocumentedRoute[] => {
  const { paths = {} } = app.swagger() as { paths?: Record<string, object> };
  return Object.entries(paths).flatMap(([path, operations]) =>
    (Object.keys(operations).map((name) => name.toUpperCase()) as Method[])
      .flatMap((method): Method[] => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
      .map((method) => ({ method, path })),
  );
};

export const nameOf = ({ method, path }: DocumentedRoute): string => `${method} ${path}`;
