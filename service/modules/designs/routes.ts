import type { FastifyPluginAsync } from 'fastify';
import { Counter } from 'prom-client';
import { declared } from '../../plugins/metrics';
import { resourceRoutes } from '../../resource';
import * as schemas from './schemas';
import { designStore } from './store';

const routes = resourceRoutes({
  noun: 'design',
  path: '/designs',
  read: 'design.read',
  write: 'design.write',
  schemas: { one: schemas.design, page: schemas.designs, create: schemas.newDesign, change: schemas.designChange },
  scopeOf: ({ organizationId, userId }) => `${organizationId}/${userId}`,
  store: designStore,
});

/** Designs that the caller saved; other members of the organization have their own. */
export const designs: FastifyPluginAsync = async (app) => {
  if (app.config.metrics.enabled) {
    const requests = new Counter(declared(app.metrics, 'designs_api_requests_total'));
    app.addHook('onResponse', (request, reply, done) => {
      requests.inc({ method: request.method, status: String(reply.statusCode) });
      done();
    });
  }
  await app.register(routes);
};
