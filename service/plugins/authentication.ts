import cookie from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { livePrincipals } from '../identity/live-principals';
import { createPasswords, type Passwords } from '../identity/passwords';
import type { Principal } from '../identity/principal';
import { comesFromOwnPage, sessionCookie, sessionIdOf } from '../identity/session-cookie';
import type { Sessions } from '../identity/sessions';
import { mayBeGuess, TokenError, type TokenReason } from '../identity/tokens/token-error';
import { componentLog } from '../logging';
import { HttpProblem } from '../problem';

declare module 'fastify' {
  interface FastifyInstance {
    sessions: Sessions;
    passwords: Passwords;
  }
  interface FastifyRequest {
    /** Who asks. Null on routes that are public. */
    principal: Principal | null;
  }
}

const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i;

/** Says nothing of the reason: that helps only who tries to get in. It stands in the log. */
const refused = (): HttpProblem =>
  new HttpProblem({
    code: 'unauthorized',
    status: 401,
    detail: 'This needs a valid access token.',
    headers: { 'www-authenticate': 'Bearer' },
  });

const keysUnavailable = (cause: unknown): HttpProblem =>
  new HttpProblem({
    code: 'identity_provider_unavailable',
    status: 503,
    detail: 'The keys of the identity provider cannot be read just now. Try again in a moment.',
    headers: { 'retry-after': '5' },
    cause,
  });

/** Every route that is not public needs a token of a provider that is on, or the cookie of a session. */
export const authentication = plugin(
  async (app) => {
    const { auth, cors, features } = app.config;
    const log = componentLog(app.log, 'auth');
    const principals = livePrincipals(app, log);
    app.addHook('onClose', () => principals.close());
    app.decorate('sessions', principals.sessions);
    app.decorate('passwords', createPasswords(auth.bcryptRounds));
    app.decorateRequest('principal', null);

    const { key: cookieKey, previousKey } = auth.session;
    const cookies = features.includes('auth.local') && cookieKey !== undefined;
    if (cookies) await app.register(cookie, { secret: [cookieKey, ...(previousKey ? [previousKey] : [])], hook: false });

    const refuse = async (request: FastifyRequest, reason: TokenReason): Promise<never> => {
      log.warn({ reason, requestId: request.id, address: request.ip }, 'auth refused');
      if (mayBeGuess(reason)) await app.authLimits.fail(request);
      throw refused();
    };

    const byCookie = async (request: FastifyRequest, header: string): Promise<Principal> => {
      const { [sessionCookie]: signed } = app.parseCookie(header);
      if (signed === undefined) throw new TokenError('missing_token');
      const { valid, value } = app.unsignCookie(signed);
      if (!valid) throw new TokenError('invalid_signature');
      if (!comesFromOwnPage(request, cors)) throw new TokenError('foreign_origin');
      return principals.ofSession(sessionIdOf(value));
    };

    const identify = async (request: FastifyRequest): Promise<Principal> => {
      const { authorization, cookie: cookieHeader } = request.headers;
      if (authorization !== undefined) {
        const token = bearer.exec(authorization)?.[1];
        if (!token) throw new TokenError('malformed_header');
        return principals.ofToken(token);
      }
      if (cookies && cookieHeader) return byCookie(request, cookieHeader);
      throw new TokenError('missing_token');
    };

    const authenticate = async (request: FastifyRequest): Promise<void> => {
      const { access } = request.routeOptions.config;
      if (access === undefined || access === 'public') return;
      try {
        request.principal = await identify(request);
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        if (error.reason === 'keys_unavailable') throw keysUnavailable(error);
        await refuse(request, error.reason);
      }
    };
    app.addHook('onRequest', authenticate);
    // Who is slow to send a body must not act as who they were when it began.
    app.addHook('preValidation', async (request) => {
      if (request.body !== undefined) await authenticate(request);
    });
  },
  { name: 'authentication', dependencies: ['access', 'auth-limits', 'problems', 'cache', 'database'] },
);
