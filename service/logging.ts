import { hostname } from 'node:os';
import { type FastifyBaseLogger, LogController } from 'fastify';
import type { Config } from './contract/types';

/** Where lines go instead of stdout. */
export interface LogStream {
  write(line: string): void;
}

/** Names by which runbooks look for lines. */
export type Component = 'database' | 'cache' | 'auth' | 'audit' | 'server';

export const componentLog = (log: FastifyBaseLogger, component: Component): FastifyBaseLogger => log.child({ component });

/** One JSON object a line: time in ISO 8601, level as a word, the pod that wrote it. */
export const loggerOptions = (config: Config, stream?: LogStream) => ({
  level: config.server.logger.level,
  ...(stream ? { stream } : {}),
  base: { pod: hostname() },
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  formatters: { level: (level: string) => ({ level }) },
  redact: ['authorization', 'headers.authorization', 'req.headers.authorization', '*.password'],
});

/** Fastify's two lines a request cost more than all of its routing; plugins/request-log.ts writes one. */
export const logController = (): LogController => new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' });
