import fastify, { type FastifyInstance } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { answerClientError } from './client-error';
import type { Feature } from './contract/features';
import type { Config } from './contract/types';
import { type LogStream, logController, loggerOptions } from './logging';
import { accounts } from './modules/accounts/routes';
import { auditLog } from './modules/audit/routes';
import { designs } from './modules/designs/routes';
import { health } from './modules/health/routes';
import { meRoute } from './modules/me/routes';
import { organizations } from './modules/organizations/routes';
import { tasks } from './modules/tasks/routes';
import { users } from './modules/users/routes';
import { access } from './plugins/access';
import { audit } from './plugins/audit';
import { authLimits } from './plugins/auth-limits';
import { authentication } from './plugins/authentication';
import { authorization } from './plugins/authorization';
import { cache } from './plugins/cache';
import { compression } from './plugins/compression';
import { cors } from './plugins/cors';
import { database } from './plugins/database';
import { databaseInsight } from './plugins/database-insight';
import { databaseMetrics } from './plugins/database-metrics';
import { docs } from './plugins/docs';
import { draining } from './plugins/draining';
import { encryption } from './plugins/encryption';
import { idempotency } from './plugins/idempotency';
import { methodNotAllowed } from './plugins/method-not-allowed';
import { metrics } from './plugins/metrics';
import { problems, sendProblem } from './plugins/problems';
import { rateLimit } from './plugins/rate-limit';
import { requestId, requestIds } from './plugins/request-id';
import { requestLog } from './plugins/request-log';
import { securityHeaders } from './plugins/security-headers';
import { serializerCompiler } from './serializer';
import { validatorCompiler } from './validator';

declare module 'fastify' {
  interface FastifyInstance {
    config: Config;
  }
}

/** Routes of each feature, in the order in which the documentation lists them. */
const modules: readonly [Feature | 'auth', FastifyPluginAsyncZod][] = [
  ['auth.local', accounts],
  ['auth', meRoute],
  ['organizations', organizations],
  ['users', users],
  ['tasks', tasks],
  ['designs', designs],
  ['audit', auditLog],
];

const modulesOf = ({ features }: Config): FastifyPluginAsyncZod[] =>
  modules
    .filter(([name]) => (name === 'auth' ? features.some((feature) => feature.startsWith('auth.')) : features.includes(name)))
    .map(([, module]) => module);

/** Unversioned, and under the version for clients that name one. */
const withoutVersion = (apiVersion: string) => {
  const versioned = `/api/${apiVersion}/`;
  return ({ url = '/' }: { url?: string }): string => (url.startsWith(versioned) ? `/api/${url.slice(versioned.length)}` : url);
};

/**
 * The application with all its routes; `ready`, `listen` or `inject` start it. It has opened nothing that `close` does
 * not end.
 * @param log receives the lines instead of stdout
 * @throws Error when no database is configured; from `ready` when a route does not say who may call it
 */
export const buildApp = async (config: Config, log?: LogStream): Promise<FastifyInstance> => {
  const {
    server,
    database: { pool, statementTimeout },
  } = config;
  const app: FastifyInstance = fastify({
    logger: loggerOptions(config, log),
    logController: logController(),
    genReqId: requestId,
    frameworkErrors: sendProblem,
    clientErrorHandler: answerClientError,
    rewriteUrl: withoutVersion(config.app.apiVersion),
    bodyLimit: server.bodyLimit,
    // A list and nothing else: `true` believes anybody, and a number is no longer a number of hops.
    trustProxy: server.trustProxy.length > 0 ? [...server.trustProxy] : false,
    keepAliveTimeout: server.keepAliveTimeout,
    requestTimeout: server.requestTimeout,
    // Nothing moves on it, as when a client asks and never reads. A request that waits for the database is not such a one.
    connectionTimeout: server.requestTimeout + pool.connectTimeout + statementTimeout,
    http: {
      // Of the two limits, Node takes the greater for the whole request, whichever name it has: left at its 60 s, it would be that.
      headersTimeout: Math.min(60_000, server.requestTimeout),
      // By default Node looks every 30 s, and a shorter limit would be none.
      connectionsCheckingInterval: 1_000,
    },
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
  await app.register(databaseMetrics);
  await app.register(databaseInsight);
  await app.register(draining);
  await app.register(securityHeaders);
  await app.register(access);
  await app.register(methodNotAllowed);
  await app.register(cors);
  await app.register(compression);
  await app.register(rateLimit);
  await app.register(authLimits);
  await app.register(authentication);
  await app.register(audit);
  await app.register(authorization);
  await app.register(idempotency);
  await app.register(encryption);
  await app.register(docs);

  await app.register(health);
  for (const module of modulesOf(config)) await app.register(module, { prefix: '/api' });
  app.refuseOtherMethods();

  return app;
};
