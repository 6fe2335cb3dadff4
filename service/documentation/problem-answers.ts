import { isDeepStrictEqual } from 'node:util';
import { problemType } from '../problem';
import { type AnswerHeader, headersOf } from './headers';
import { phraseOf } from './phrases';
import { commonProblems } from './problems';

const headerOf: Readonly<Record<string, AnswerHeader>> = {
  unauthorized: 'www-authenticate',
  rate_limited: 'retry-after',
  request_in_flight: 'retry-after',
  database_unavailable: 'retry-after',
};

const withCodes = (codes: readonly string[]) => ({
  allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties: { code: { type: 'string', enum: codes } } }],
});

const answerOf = (status: number | string, codes: readonly string[]) => ({
  description: phraseOf(status),
  ...headersOf(codes.flatMap((code) => headerOf[code] ?? [])),
  content: { [problemType]: { schema: withCodes(codes) } },
});

const nameOf = (status: number | string): string => phraseOf(status).replaceAll(' ', '');

/** Components: what most operations answer with a status, by its name. */
export const commonAnswers = Object.fromEntries(
  Object.entries(commonProblems).map(([status, codes]) => [nameOf(status), answerOf(status, codes)]),
);

/** The component, or an answer of the operation's own where it has other codes. */
export const problemAnswer = (status: string, codes: readonly string[]): object => {
  const answer = answerOf(status, codes);
  return isDeepStrictEqual(answer, commonAnswers[nameOf(status)]) ? { $ref: `#/components/responses/${nameOf(status)}` } : answer;
};
