import autocannon from 'autocannon';
import type { Candidate } from './candidates';
import type { Child } from './child';

export interface Contender {
  candidate: Candidate;
  child: Child;
  headers: Readonly<Record<string, string>>;
}

const connections = 50;

/** Requests until the compilers are done with the code of a route: counted, since a busy machine gets fewer done in a second. */
const warmUp = 8_000;
/** Seconds. Long enough that opening the connections is no part of what is seen. */
const turn = 0.8;

/** @throws Error unless every request was answered 200 */
const load = async ({ candidate, child, headers }: Contender, amount: number): Promise<void> => {
  const { errors, timeouts, non2xx, requests } = await autocannon({
    url: child.url,
    connections,
    headers: { ...headers },
    requests: candidate.paths.map((path) => ({ path })),
    amount,
  });
  if (errors + timeouts + non2xx > 0) {
    throw new Error(
      `${candidate.name}: of ${requests.total} requests ${errors} failed, ${timeouts} took over 10 s, ${non2xx} were not answered 200`,
    );
  }
};

/** Microseconds of the server's CPU for a request. */
const cost = async (contender: Contender, amount: number): Promise<number> => {
  const before = await contender.child.usage();
  await load(contender, amount);
  const after = await contender.child.usage();
  return (after.cpu - before.cpu) / amount;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** Rounds in which everyone has a turn, so that a disturbance hits all alike; the median of each. */
export const measure = async (contenders: readonly Contender[], rounds: number): Promise<number[]> => {
  const amounts: number[] = [];
  for (const contender of contenders) {
    const start = performance.now();
    await load(contender, warmUp);
    amounts.push(Math.ceil((warmUp * turn * 1_000) / (performance.now() - start)));
  }
  const costs: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) costs[index]?.push(await cost(contender, amounts[index] as number));
  }
  return costs.map(median);
};
