import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from '../../identity/caller';
import { sessionCookie, sessionCookieOptions } from '../../identity/session-cookie';
import { localKeys } from '../../identity/tokens/local-tokens';
import { type Accounts, logOut } from './accounts';
import { changePassword } from './change-password';
import { logIn, logInWithCookie } from './log-in';
import { refreshTokens } from './refresh';
import { register } from './register';
import * as schemas from './schemas';

/** Bytes, far above the longest that fits: strangers send these, and to read and refuse a megabyte takes a tenth of a second. */
const bodyLimit = 16_384;

/** Login, sessions and registration of accounts that the service keeps itself. */
export const accounts: FastifyPluginAsyncZod = async (app) => {
  const { auth } = app.config;
  const shared = { tags: ['auth'] };
  const wrong = { 401: ['invalid_credentials'] };
  const refreshable = { refresh: { operationId: 'refreshTokens', requestBody: { refreshToken: '$response.body#/refreshToken' } } };
  const credentials = { email: '$request.body#/email', password: '$request.body#/password' };
  const withSame = (operationId: string) => ({ operationId, requestBody: credentials });
  const open = { access: 'public' } as const;
  const own = { access: 'authenticated' } as const;
  const service: Accounts = { app, keys: localKeys(app.config) };

  app.post(
    '/auth/register',
    {
      config: open,
      bodyLimit,
      schema: {
        ...shared,
        operationId: 'register',
        summary: 'A new account, owner of a new organization',
        problems: { 409: ['email_taken'] },
        body: schemas.registration,
        response: { 201: schemas.tokens },
      },
      links: { 201: { ...refreshable, login: withSame('login'), session: withSame('beginSession') } },
    },
    async (request, reply) => reply.code(201).send(await register(service, request, request.body)),
  );

  app.post(
    '/auth/login',
    {
      config: open,
      bodyLimit,
      schema: {
        ...shared,
        operationId: 'login',
        summary: 'Tokens for an address and its password',
        problems: wrong,
        body: schemas.login,
        response: { 200: schemas.tokens },
      },
      links: { 200: refreshable },
    },
    (request) => logIn(service, request, request.body),
  );

  app.post(
    '/auth/refresh',
    {
      config: open,
      bodyLimit,
      schema: {
        ...shared,
        operationId: 'refreshTokens',
        summary: 'New tokens for a refresh token, which is good for one use',
        problems: { 401: ['invalid_refresh_token'] },
        body: schemas.refresh,
        response: { 200: schemas.tokens },
      },
      links: { 200: refreshable },
    },
    (request) => refreshTokens(service, request, request.body.refreshToken),
  );

  if (auth.session.key !== undefined) {
    app.post(
      '/auth/session',
      {
        config: open,
        bodyLimit,
        schema: {
          ...shared,
          operationId: 'beginSession',
          summary: 'As login, with a cookie instead of tokens',
          answerHeaders: { 204: ['set-cookie'] },
          problems: wrong,
          body: schemas.login,
          response: { 204: z.undefined() },
        },
      },
      async (request, reply) => {
        const session = await logInWithCookie(service, request, request.body);
        return reply
          .setCookie(sessionCookie, session.id, { ...sessionCookieOptions, signed: true, expires: session.expiresAt })
          .code(204)
          .send();
      },
    );
  }

  app.post(
    '/auth/logout',
    { config: own, schema: { ...shared, operationId: 'logout', summary: 'End the own session', response: { 204: z.undefined() } } },
    async (request, reply) => {
      await logOut(service, request, callerOf(request));
      if (auth.session.key !== undefined) reply.clearCookie(sessionCookie, sessionCookieOptions);
      return reply.code(204).send();
    },
  );

  app.post(
    '/auth/password',
    {
      config: own,
      schema: {
        ...shared,
        operationId: 'changePassword',
        summary: 'Change the own password; all other sessions end',
        problems: { 403: ['invalid_credentials'] },
        body: schemas.passwordChange,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await changePassword(service, request, request.body);
      return reply.code(204).send();
    },
  );
};
