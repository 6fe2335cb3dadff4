import { setTimeout as sleep } from 'node:timers/promises';

type Answer = boolean | undefined;

/** Waits for what is to become true; the time limit of the test ends the wait for what never does. */
export const until = async (condition: () => Answer | Promise<Answer>): Promise<void> => {
  while (!(await condition())) await sleep(20);
};
