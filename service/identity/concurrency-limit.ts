interface Options {
  /** Most tasks under way at once. */
  running: number;
  /** Most tasks that wait for their turn, in order. */
  waiting: number;
  /** What is thrown when as many wait already. */
  refusal: () => Error;
}

/** Runs tasks, a few at once. A task that cannot even wait is refused at once, so that a flood grows no queue. */
export const concurrencyLimit = ({ running, waiting, refusal }: Options): (<T>(task: () => Promise<T>) => Promise<T>) => {
  let free = running;
  const queue: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free -= 1;
    else if (queue.length < waiting) await new Promise<void>((resolve) => queue.push(resolve));
    else throw refusal();
    try {
      return await task();
    } finally {
      // The place is handed on rather than given back: nobody who comes just now overtakes those who wait.
      const next = queue.shift();
      if (next) next();
      else free += 1;
    }
  };
};
