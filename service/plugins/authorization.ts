import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { isPermission } from '../contract/permissions';
import { HttpProblem } from '../problem';

/** A caller without the route's permission is told which one it is; the audit log keeps the denial. */
export const authorization = plugin(
  async (app) => {
    const authorize = async (request: FastifyRequest): Promise<void> => {
      const { access } = request.routeOptions.config;
      if (access === undefined || !isPermission(access) || request.principal?.permissions.has(access)) return;
      throw new HttpProblem({ code: 'forbidden', status: 403, detail: `This needs the permission ${access}.` });
    };
    app.addHook('onRequest', authorize);
    // As authentication does: a role may have changed while a body arrived.
    app.addHook('preValidation', async (request) => {
      if (request.body !== undefined) await authorize(request);
    });
  },
  { name: 'authorization', dependencies: ['access', 'authentication', 'audit'] },
);
