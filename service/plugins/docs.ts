import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import plugin from 'fastify-plugin';
import { docsPath } from '../contract/endpoints';
import type { Config } from '../contract/types';
import { describeDocument } from '../documentation/document';
import { describeRoute } from '../documentation/route';
import { sessionCookie } from '../identity/session-cookie';
import { docsContentSecurityPolicy } from './security-headers';

/** How a caller shows who it is. The cookie is another way to what the service's own tokens open. */
const securitySchemes = ({ features, auth }: Config) => ({
  token: { type: 'http' as const, scheme: 'bearer', bearerFormat: 'JWT' },
  ...(features.includes('auth.local') && auth.session.key !== undefined
    ? { session: { type: 'apiKey' as const, in: 'cookie', name: sessionCookie } }
    : {}),
});

/** OpenAPI from the schemas that validate, so it cannot tell anything else. Registered before the routes that it lists. */
export const docs = plugin(
  async (app) => {
    const { enabled, public: isPublic, host, schemes, info } = app.config.swagger;
    if (!enabled) return;
    const ways = securitySchemes(app.config);
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { ...info },
        servers: host ? schemes.map((scheme) => ({ url: `${scheme}://${host}` })) : [{ url: '/' }],
        components: { securitySchemes: ways },
      },
      transform: describeRoute(Object.keys(ways)),
      transformObject: describeDocument,
    });
    await app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: isPublic ? 'public' : 'authenticated' };
      });
      scope.addHook('onRequest', (_request, reply, done) => {
        reply.header('content-security-policy', docsContentSecurityPolicy);
        done();
      });
      await scope.register(swaggerUi, { routePrefix: docsPath });
    });
  },
  { name: 'docs', dependencies: ['access', 'authentication', 'security-headers'] },
);
