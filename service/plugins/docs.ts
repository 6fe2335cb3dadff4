import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import plugin from 'fastify-plugin';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { docsPath } from '../contract/endpoints';
import { docsContentSecurityPolicy } from './security-headers';

/** OpenAPI from the schemas that validate, so it cannot tell anything else. Registered before the routes that it lists. */
export const docs = plugin(
  async (app) => {
    const { enabled, public: isPublic, host, schemes, info } = app.config.swagger;
    if (!enabled) return;
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { ...info },
        servers: host ? schemes.map((scheme) => ({ url: `${scheme}://${host}` })) : [{ url: '/' }],
        components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      },
      transform: jsonSchemaTransform,
      transformObject: jsonSchemaTransformObject,
    });
    await app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, public: isPublic };
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
