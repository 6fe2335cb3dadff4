import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../../service/app';
import { decode } from '../../../service/contract/decode';
import type { Config } from '../../../service/contract/types';
import { signAccessToken } from '../../../service/plugins/authentication';

export type Environment = Record<string, string>;

export const accessKey = 'a key of the tests that nobody else has';

/** All that a test does not care about. Port 1 of this machine answers nobody. */
export const environmentOf = (given: Environment = {}): Environment => ({
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  FEATURES: 'auth.local,tasks',
  JWT_SECRET: accessKey,
  JWT_REFRESH_SECRET: `${accessKey}, again`,
  DATABASE_URL: 'postgresql://nobody:hidden-password@127.0.0.1:1/none',
  DATABASE_CONNECT_TIMEOUT_MS: '2000',
  RATE_LIMIT_MAX_REQUESTS: '10000',
  SHUTDOWN_DRAIN_MS: '0',
  ...given,
});

export const configOf = (given: Environment = {}): Config => {
  const decoded = decode(environmentOf(given));
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.config;
};

export interface TestApp {
  app: FastifyInstance;
  /** Lines logged so far. */
  lines: Record<string, unknown>[];
  /** Header of a token of that subject. */
  as(sub: string): { authorization: string };
}

const started: FastifyInstance[] = [];

/** An application that `closeApps` ends. Routes may be added until the first request. */
export const testApp = async (given: Environment = {}): Promise<TestApp> => {
  const lines: Record<string, unknown>[] = [];
  const app = await buildApp(configOf(given), { write: (line) => lines.push(JSON.parse(line)) });
  started.push(app);
  return { app, lines, as: (sub) => ({ authorization: `Bearer ${signAccessToken(app, { sub })}` }) };
};

/** An open pool or socket would keep jest from ending. */
export const closeApps = async (): Promise<void> => {
  await Promise.all(started.splice(0).map((app) => app.close()));
};
