import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Config } from './contract/types';
import { type LogStream, logController, loggerOptions } from './logging';
import { health } from './modules/health/routes';
import { tasks } from './modules/tasks/routes';
import { access } from './plugins/access';
import { authentication } from './plugins/authentication';
import { cache } from './plugins/cache';
import { compression } from './plugins/compression';
import { cors } from './plugins/cors';
import { database } from './plugins/database';
import { docs } from './plugins/docs';
import { draining } from './plugins/draining';
import { metrics } from './plugins/metrics';
import { problems, sendProblem } from './plugins/problems';
import { rateLimit } from './plugins/rate-limit';
import { requestId, requestIds } from './plugins/request-id';
import { requestLog } from './plugins/request-log';
import { securityHeaders } from './plugins/security-headers';

declare module 'fastify' {
  interface FastifyInstance {
    config: Config;
  }
}

/**
 * The application with all its routes; `ready`, `listen` or `inject` start it. It has opened nothing that `close` does
 * not end.
 * @param log receives the lines instead of stdout
 * @throws Error when no database is configured; from `ready` when a route does not say who may call it
 */
export const buildApp = async (config: Config, log?: LogStream): Promise<FastifyInstance> => {
  const { server } = config;
  const app: FastifyInstance = fastify({
    logger: loggerOptions(config, log),
    logController: logController(),
    genReqId: requestId,
    frameworkErrors: sendProblem,
    bodyLimit: server.bodyLimit,
    // A list and nothing else: `true` believes anybody, and a number is no longer a number of hops.
    trustProxy: server.trustProxy.length > 0 ? [...server.trustProxy] : false,
    keepAliveTimeout: server.keepAliveTimeout,
    requestTimeout: server.requestTimeout,
    // See shutdown.ts: while closing, requests on kept connections are still answered, and only idle ones are cut.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  app.decorate('config', config);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // Only JSON is understood; the rest is answered 415.
  app.removeContentTypeParser('text/plain');

  // In this order a request passes them: what marks, counts and protects every answer comes before what may refuse.
  await app.register(database);
  await app.register(cache);
  await app.register(problems);
  await app.register(requestIds);
  await app.register(requestLog);
  await app.register(metrics);
  await app.register(draining);
  await app.register(securityHeaders);
  await app.register(access);
  await app.register(cors);
  await app.register(compression);
  await app.register(rateLimit);
  await app.register(authentication);
  await app.register(docs);

  await app.register(health);
  // Unversioned, and under the version for clients that name one.
  for (const prefix of ['/api', `/api/${config.app.apiVersion}`]) {
    if (config.features.includes('tasks')) await app.register(tasks, { prefix });
  }

  return app;
};
