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

/** @param wait milliseconds until the next try may pass */
export const tooMany = (what: string, wait: number): HttpProblem => {
  // 0 would invite a try that is refused as well.
  const seconds = Math.max(1, Math.ceil(wait / 1_000));
  return new HttpProblem({
    code: 'rate_limited',
    status: 429,
    detail: `Too many ${what}. Try again in ${seconds} s.`,
    headers: { 'retry-after': String(seconds) },
  });
};

/** Of one answer: who sends thousands of wrong things learns of the first, and is not sent a megabyte. */
export const mostErrors = 100;

/** Characters: names that were sent stand in pointers and details. */
export const longestText = 1_000;

const fieldError = z.object({ in: z.string().max(20), pointer: z.string().max(longestText), detail: z.string().max(longestText) });

/** Body of every answer that is not the wished one. The documentation finds it by its id. */
export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().max(100),
    status: z.int().min(400).max(599),
    code: z.string().max(100).describe('Stable, for programs'),
    detail: z.string().max(1_000).describe('For people; may change'),
    instance: z.string().max(10_000),
    requestId: z.string().max(64),
    errors: z.array(fieldError).max(mostErrors).optional().describe('Where the request is wrong'),
  })
  .meta({ id: 'Problem' });
