import { hostname } from 'node:os';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { type HealthPath, pathsFor } from '../../contract/endpoints';
import { readVersion } from '../../version';
import { type Check, type Checks, createChecks } from './checks';
import * as schemas from './schemas';

const pod = hostname();

const isReady = (checks: Checks): boolean => Object.values(checks).every(({ result, hard }) => result === 'OK' || !hard);

/** Database, replica and Redis always; the rest only when it is the reason. */
const summary = ({ database, reader, redis, schema }: Checks, draining: boolean) => ({
  database: (database as Check).result,
  ...(reader ? { reader: reader.result } : {}),
  ...(redis ? { redis: redis.result } : {}),
  ...(schema?.result === 'FAILED' ? { schema: schema.result } : {}),
  ...(draining ? { shutdown: 'FAILED' as const } : {}),
});

/** The paths are the contract's: what Kubernetes probes is served. */
export const health: FastifyPluginAsyncZod = async (app) => {
  const checks = createChecks(app);
  const version = readVersion(process.cwd());
  // Probes come every few seconds to each pod: lines only when something is wrong, and never a 429.
  const probe = { method: 'GET', logLevel: 'warn', config: { access: 'public', rateLimit: false } } as const;
  const tags = ['health'];
  // `/healthz/detailed` is getHealthzDetailed.
  const operationId = (path: HealthPath): string => `get${path.replaceAll(/\/([a-z])/g, (_slash, letter: string) => letter.toUpperCase())}`;

  for (const url of pathsFor('liveness')) {
    app.route({
      ...probe,
      url,
      schema: {
        tags,
        operationId: operationId(url),
        summary: 'The process answers; nothing behind it is asked',
        response: { 200: schemas.liveness },
      },
      handler: async () => ({
        status: 'OK' as const,
        timestamp: new Date().toISOString(),
        uptime: Math.round(process.uptime()),
        version,
        pod,
      }),
    });
  }

  for (const url of pathsFor('readiness')) {
    app.route({
      ...probe,
      url,
      schema: {
        tags,
        operationId: operationId(url),
        summary: 'Whether requests should be sent here',
        response: { 200: schemas.readiness, 503: schemas.readiness },
      },
      handler: async (_request, reply) => {
        const found = await checks();
        const draining = app.draining.begun;
        const ready = isReady(found) && !draining;
        return reply.code(ready ? 200 : 503).send({ status: ready ? 'Ready' : 'Not Ready', pod, checks: summary(found, draining) });
      },
    });
  }

  app.route({
    ...probe,
    url: '/healthz/detailed' satisfies HealthPath,
    schema: {
      tags,
      operationId: operationId('/healthz/detailed'),
      summary: 'Each dependency, for people',
      response: { 200: schemas.detail, 503: schemas.detail },
    },
    handler: async (_request, reply) => {
      const dependencies = await checks();
      const ready = isReady(dependencies) && !app.draining.begun;
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'Ready' : 'Not Ready', pod, dependencies });
    },
  });

  app.route({
    ...probe,
    url: '/health/metrics' satisfies HealthPath,
    schema: {
      tags,
      operationId: operationId('/health/metrics'),
      summary: 'Memory and CPU of the process',
      response: { 200: schemas.processMetrics },
    },
    handler: async () => {
      const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
      return { memory: { rss, heapTotal, heapUsed, external }, uptime: Math.round(process.uptime()), cpu: process.cpuUsage() };
    },
  });
};
