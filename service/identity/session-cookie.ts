import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Config } from '../contract/types';
import { TokenError } from './tokens/token-error';

/** The prefix makes browsers refuse it without TLS, from a subdomain, or for a part of the site only. */
export const sessionCookie = '__Host-session';

export const sessionCookieOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;

/**
 * What was signed, if it is an id: another program with the same key may sign something else.
 * @throws TokenError
 */
export const sessionIdOf = (value: string): string => {
  if (z.uuid().safeParse(value).success) return value;
  throw new TokenError('malformed');
};

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether the page that sent a cookie may act with it. `SameSite` keeps other sites away; this also keeps away sites of
 * the same domain that nobody named. Programs send no origin, and no cookie that they were not given.
 */
export const comesFromOwnPage = (request: FastifyRequest, { origins }: Pick<Config['cors'], 'origins'>): boolean => {
  if (reading.has(request.method)) return true;
  const { origin } = request.headers;
  return origin === undefined || origins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === request.host);
};
