import { type AnswerHeader, headersOf } from './headers';
import { phraseOf } from './phrases';
import { problemAnswer } from './problem-answers';
import type { Problems } from './problems';

/** Left in an operation by `describeRoute`: what is known of answers beyond their schemas. */
export interface Notes {
  'x-problems': Problems;
  'x-answer-headers': Readonly<Record<string, readonly AnswerHeader[]>>;
}

interface Answer {
  description?: string;
  links?: Readonly<Record<string, { operationId: string }>>;
}

export interface Operation extends Partial<Notes> {
  operationId?: string;
  responses: Readonly<Record<string, Answer>>;
}

/** What @fastify/swagger says of an answer of which nothing is said. */
const nothingSaid = 'Default Response';

/** Without the links to operations of features that are off. */
const servedLinks = ({ links = {} }: Answer, served: ReadonlySet<string | undefined>): Answer => {
  const leading = Object.entries(links).filter(([, { operationId }]) => served.has(operationId));
  return leading.length > 0 ? { links: Object.fromEntries(leading) } : {};
};

/**
 * The operation with its notes worked into its answers. Where it describes the answer of a status itself, that stays.
 * @param served operations that links may lead to
 */
export const describeAnswers = (
  { 'x-problems': problems = {}, 'x-answer-headers': headers = {}, ...operation }: Operation,
  served: ReadonlySet<string | undefined>,
) => {
  const wished = Object.entries(operation.responses).map(([status, { links, description, ...answer }]) => [
    status,
    {
      description: description === nothingSaid ? phraseOf(status) : description,
      ...headersOf(headers[status]),
      ...answer,
      ...servedLinks({ links }, served),
    },
  ]);
  const refusals = Object.entries(problems).map(([status, codes]) => [status, problemAnswer(status, codes)]);
  return { ...operation, responses: Object.fromEntries([...refusals, ...wished]) };
};
