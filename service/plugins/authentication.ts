import jwt from '@fastify/jwt';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { z } from 'zod';
import type { Config } from '../contract/types';
import { componentLog } from '../logging';
import { HttpProblem } from '../problem';

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: { sub: string };
    user: { sub: string };
  }
}

const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i;

/** Becomes a value in the database, which holds no NUL. */
const subject = z.string().regex(/^[^\p{Cc}]{1,255}$/u);

/** Says nothing of the reason: that helps only who tries to get in. It stands in the log. */
const refused = (): HttpProblem =>
  new HttpProblem({
    code: 'unauthorized',
    status: 401,
    detail: 'This needs a valid access token.',
    headers: { 'www-authenticate': 'Bearer' },
  });

/** `FAST_JWT_INVALID_SIGNATURE` becomes `invalid_signature`. */
const reasonOf = (error: unknown): string =>
  (error as { code?: string }).code?.replace(/^FAST_JWT_/, '').toLowerCase() ?? 'invalid_subject';

/** The key that access tokens are signed with: our own, or that of Better Auth. */
const signingKey = ({ features, auth }: Config): string | undefined => {
  if (features.includes('auth.betterAuth')) return auth.betterAuthKey;
  return features.includes('auth.local') ? auth.accessKey : undefined;
};

const identify = (app: FastifyInstance, token: string): { sub: string } => {
  const { sub } = app.jwt.verify<{ sub: unknown }>(token);
  return { sub: subject.parse(sub) };
};

/** Every route that is not public needs a token signed by us: HS256 and nothing else, for us, not yet expired. */
export const authentication = plugin(
  async (app) => {
    const { auth } = app.config;
    const { issuer, audience, accessLifetime } = auth;
    const log = componentLog(app.log, 'auth');
    const key = signingKey(app.config);
    if (key !== undefined) {
      await app.register(jwt, {
        secret: key,
        // The library counts numbers in seconds.
        sign: { algorithm: 'HS256', iss: issuer, aud: audience, expiresIn: accessLifetime / 1_000 },
        verify: { algorithms: ['HS256'], allowedIss: issuer, allowedAud: audience, requiredClaims: ['exp', 'sub'], cache: true },
      });
    }

    const refuse = async (request: FastifyRequest, reason: string): Promise<never> => {
      log.warn({ reason, requestId: request.id, address: request.ip }, 'auth refused');
      // Only attempts count: a page that forgot its token is not guessing one.
      if (reason !== 'missing_token') await app.countFailedAuthentication(request);
      throw refused();
    };

    app.addHook('onRequest', async (request) => {
      if (request.routeOptions.config.public !== false) return;
      const { authorization } = request.headers;
      if (!authorization) return refuse(request, 'missing_token');
      if (key === undefined) return refuse(request, 'no_signing_key');
      const token = bearer.exec(authorization)?.[1];
      if (!token) return refuse(request, 'malformed_header');
      try {
        request.user = identify(app, token);
      } catch (error) {
        return refuse(request, reasonOf(error));
      }
    });
  },
  { name: 'authentication', dependencies: ['access', 'rate-limit', 'problems'] },
);

/**
 * A token as the service itself would accept it, for `auth.accessLifetime`.
 * @throws TypeError when no feature gives a signing key
 */
export const signAccessToken = (app: FastifyInstance, claims: { sub: string }): string => app.jwt.sign(claims);
