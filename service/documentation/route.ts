import type { FastifySchema, RouteOptions } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { isPermission } from '../contract/permissions';
import type { Notes } from './answers';
import type { AnswerHeader } from './headers';
import { type Problems, problemsOf } from './problems';

declare module 'fastify' {
  interface FastifySchema {
    /** Headers by status; for the documentation alone. */
    answerHeaders?: Readonly<Record<number, readonly AnswerHeader[]>>;
    /** Codes by status that the route itself throws, beside those of the plugins; for the documentation alone. */
    problems?: Problems;
  }
}

/** A part of a request as JSON Schema. */
interface Part {
  properties?: Readonly<Record<string, unknown>>;
}

type Route = Parameters<typeof jsonSchemaTransform>[0] & { route: RouteOptions };

/**
 * What the documentation says of a route. Who may call it is taken from `config.access`, as the plugins take it.
 * @param schemes names of the ways to authenticate that are in force
 */
export const describeRoute =
  (schemes: readonly string[]) =>
  ({ schema: given, route, ...rest }: Route): { schema: FastifySchema; url: string } => {
    const { problems, answerHeaders = {}, ...parts } = given ?? {};
    const { schema, url } = jsonSchemaTransform({ ...rest, schema: parts } as Parameters<typeof jsonSchemaTransform>[0]);
    const { access = 'public', rateLimit } = route.config ?? {};
    const { params, querystring, headers } = schema as { params?: Part; querystring?: Part; headers?: Part };
    const asking = {
      method: String(route.method),
      access,
      limited: rateLimit !== false,
      params: params !== undefined,
      query: querystring !== undefined,
      headers: Object.keys(headers?.properties ?? {}),
    };
    const notes: Notes = { 'x-problems': problemsOf(asking, problems), 'x-answer-headers': answerHeaders };
    return {
      url,
      schema: {
        ...schema,
        ...(access === 'public' ? {} : { security: schemes.map((scheme) => ({ [scheme]: [] })) }),
        ...(isPermission(access) ? { 'x-permission': access } : {}),
        ...notes,
      },
    };
  };
