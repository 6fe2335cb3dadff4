import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  /** What was asked, in a word. */
  readonly request: string;
  /** Undefined when no answer came, or none in time. */
  readonly status?: number;
  /** Of the problem; or why no answer came. */
  readonly code?: string;
  readonly retryAfter?: string | null;
}

interface Given {
  method?: string;
  headers?: Record<string, string>;
  body?: object;
}

/** @returns status and body; a status of 0 for no answer */
export type Ask = (request: string, url: string, given?: Given) => Promise<{ status: number; body: Record<string, unknown> }>;

// Milliseconds. More than all that a request may wait for here, so that only one that hangs comes to it.
const patience = 8_000;

// Between two requests of a client, so that clients are many and the machine is not full.
const pause = 15;

const reasonOf = ({ name, cause }: Error): string => (cause as { code?: string } | undefined)?.code ?? name;

/** Clients that keep their connections and ask again and again. Each runs its script from the beginning until `stop`. */
export const load = (clients: readonly ((ask: Ask) => Promise<void>)[]) => {
  const answers: Answer[] = [];
  const runs = clients.map(() => 0);
  let going = true;
  const ask: Ask = async (request, url, { method = 'GET', headers = {}, body } = {}) => {
    await sleep(pause);
    try {
      const response = await fetch(url, {
        method,
        headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(patience),
      });
      const text = await response.text();
      const answer = text === '' ? {} : JSON.parse(text);
      answers.push({ request, status: response.status, code: answer.code, retryAfter: response.headers.get('retry-after') });
      return { status: response.status, body: answer };
    } catch (error) {
      answers.push({ request, code: reasonOf(error as Error) });
      return { status: 0, body: {} };
    }
  };
  const ended = Promise.all(
    clients.map(async (script, index) => {
      while (going) {
        await script(ask);
        runs[index] = (runs[index] as number) + 1;
      }
    }),
  );
  return {
    answers,
    /** Resolves when every client has run its script once more, from its beginning. */
    round: async (): Promise<void> => {
      // The one under way began before.
      const enough = runs.map((count) => count + 2);
      while (runs.some((count, index) => count < (enough[index] as number))) await sleep(20);
    },
    /** Lets each client finish its script. */
    stop: async (): Promise<readonly Answer[]> => {
      going = false;
      await ended;
      return answers;
    },
  };
};

/** Answers other than these, each kind once: what a failed test shows. */
export const unexpected = (answers: readonly Answer[], expected: Readonly<Record<string, readonly number[]>>): string[] => [
  ...new Set(
    answers
      .filter(({ request, status }) => status === undefined || !expected[request]?.includes(status))
      .map(({ request, status, code }) => `${request}: ${status ?? 'no answer'} ${code ?? ''}`),
  ),
];
