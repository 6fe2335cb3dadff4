import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { outageReason } from '../database/outage';
import { HttpProblem, longestText, mostErrors, notFound, problemType } from '../problem';

/** Codes of the errors that Fastify throws itself; the rest of 4xx are named after their status. */
const codes: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_BAD_URL: 'malformed_url',
};

/** Parts of a request by the words of OpenAPI. */
const parts: Readonly<Record<string, string>> = { querystring: 'query', params: 'path', headers: 'header' };

const internal = (cause: unknown): HttpProblem =>
  new HttpProblem({
    code: 'internal_error',
    status: 500,
    detail: 'Something went wrong here. The request id helps to find out what.',
    cause,
  });

const codeOfStatus = (status: number): string => (STATUS_CODES[status] ?? 'error').toLowerCase().replace(/[^a-z]+/g, '_');

const toProblem = (error: FastifyError): HttpProblem => {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const { validationContext = 'request' } = error as { validationContext?: string };
    const part = parts[validationContext] ?? validationContext;
    return new HttpProblem({
      code: 'validation_failed',
      status: 400,
      detail: `The ${part} does not fit its schema.`,
      errors: error.validation.slice(0, mostErrors).map(({ instancePath, message = 'is not valid' }) => ({
        in: part,
        pointer: (instancePath === '/' ? '' : instancePath).slice(0, longestText),
        detail: message.slice(0, longestText),
      })),
    });
  }
  if (outageReason(error)) {
    const detail = 'The database cannot be reached just now. Try again in a moment.';
    return new HttpProblem({ code: 'database_unavailable', status: 503, detail, headers: { 'retry-after': '5' }, cause: error });
  }
  const { statusCode: status = 500 } = error;
  return status >= 400 && status < 500
    ? new HttpProblem({ code: codes[error.code] ?? codeOfStatus(status), status, detail: error.message, cause: error })
    : internal(error);
};

/** Sends whatever was thrown; what is our own fault goes to the log in full and to the client not at all. */
export const sendProblem = (error: FastifyError | HttpProblem, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const problem = error instanceof HttpProblem ? error : toProblem(error);
  if (problem.statusCode >= 500) request.log.error({ err: problem.cause ?? problem, code: problem.code }, 'request failed');
  return reply.code(problem.statusCode).headers(problem.headers).type(problemType).serializer(JSON.stringify).send(problem.body(request));
};

export const problems = plugin(
  async (app) => {
    app.setErrorHandler<FastifyError | HttpProblem>(sendProblem);
    app.setNotFoundHandler((request, reply) => sendProblem(notFound('resource'), request, reply));
  },
  { name: 'problems' },
);
