import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

export const problemType = 'application/problem+json';

/** Where in a request a value is wrong. */
export interface FieldError {
  in: string;
  /** JSON pointer (RFC 6901) within it; empty for the whole. */
  pointer: string;
  detail: string;
}

interface Options {
  /** Stable, for programs: texts may change. */
  code: string;
  status: number;
  /** For people; nothing in it is secret. */
  detail: string;
  headers?: Readonly<Record<string, string>>;
  errors?: readonly FieldError[];
  cause?: unknown;
}

/** An answer that is not the wished one, thrown anywhere and sent as a problem (RFC 9457). */
export class HttpProblem extends Error {
  readonly code: string;
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;

  constructor({ code, status, detail, headers = {}, errors, cause }: Options) {
    super(detail, { cause });
    this.name = 'HttpProblem';
    this.code = code;
    this.statusCode = status;
    this.headers = headers;
    this.errors = errors;
  }

  /** Members of the body; the problem's type is its status, told apart by `code`. */
  body(request: { id: string; url: string }): Record<string, unknown> {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.statusCode] ?? 'Error',
      status: this.statusCode,
      code: this.code,
      detail: this.message,
      instance: request.url.split('?', 1)[0],
      requestId: request.id,
      ...(this.errors ? { errors: this.errors } : {}),
    };
  }
}

export const notFound = (what: string): HttpProblem =>
  new HttpProblem({ code: 'not_found', status: 404, detail: `There is no such ${what}.` });

const fieldError = z.object({ in: z.string().max(20), pointer: z.string().max(1_000), detail: z.string().max(1_000) });

const schema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().max(100),
    status: z.int().min(400).max(599),
    code: z.string().max(100).describe('Stable, for programs'),
    detail: z.string().max(1_000).describe('For people; may change'),
    instance: z.string().max(10_000),
    requestId: z.string().max(64),
    errors: z.array(fieldError).max(1_000).optional().describe('Where the request is wrong'),
  })
  .meta({ id: 'Problem' });

const described = { description: 'Anything else', content: { [problemType]: { schema } } };

/** For the documentation of a route: how it says that something went wrong. */
export const problemResponses = { '4xx': described, '5xx': described };
