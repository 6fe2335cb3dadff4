import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../../service/app';
import { decode } from '../../../service/contract/decode';
import type { Config } from '../../../service/contract/types';

export type Environment = Record<string, string>;

export const accessKey = 'a key of the tests that nobody else has';

/** All that a test does not care about. Port 1 of this machine answers nobody. */
export const environmentOf = (given: Environment = {}): Environment => ({
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  // Its tokens need no account that was made before.
  FEATURES: 'auth.betterAuth,organizations,tasks,designs,audit',
  BETTER_AUTH_SECRET: accessKey,
  JWT_SECRET: accessKey,
  JWT_REFRESH_SECRET: `${accessKey}, again`,
  BCRYPT_SALT_ROUNDS: '10',
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

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Seconds since the epoch, as tokens count. */
export const now = (): number => Math.floor(Date.now() / 1_000);

/** A token signed by hand, so that a test may get any part of it wrong. */
export const signedToken = (payload: object, header: object = { alg: 'HS256', typ: 'JWT' }, key = accessKey, hash = 'sha256'): string => {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
};

export const claimsOf = (sub: string, given: object = {}) => ({
  sub,
  iss: 'counterpart',
  aud: 'counterpart',
  iat: now(),
  exp: now() + 900,
  ...given,
});

export interface TestApp {
  app: FastifyInstance;
  /** Lines logged so far. */
  lines: Record<string, unknown>[];
  /** Header of a token of that subject: alone in an organization, unless the claims name one and a role there. */
  as(sub: string, claims?: { org_id?: string; role?: string }): { authorization: string };
}

const started: FastifyInstance[] = [];

/** An application that `closeApps` ends. Routes may be added until the first request. */
export const testApp = async (given: Environment = {}): Promise<TestApp> => {
  const lines: Record<string, unknown>[] = [];
  const app = await buildApp(configOf(given), { write: (line) => lines.push(JSON.parse(line)) });
  started.push(app);
  return { app, lines, as: (sub, claims) => ({ authorization: `Bearer ${signedToken(claimsOf(sub, claims))}` }) };
};

/** An open pool or socket would keep jest from ending. */
export const closeApps = async (): Promise<void> => {
  await Promise.all(started.splice(0).map((app) => app.close()));
};
