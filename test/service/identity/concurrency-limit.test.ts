import { setImmediate as turn } from 'node:timers/promises';
import { concurrencyLimit } from '../../../service/identity/concurrency-limit';

/** Tasks that end when told to, in a limit of two that run and two that wait. */
const scene = () => {
  const limited = concurrencyLimit({ running: 2, waiting: 2, refusal: () => new Error('full') });
  const started: string[] = [];
  const ends = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const start = (name: string): Promise<string> =>
    limited(() => {
      started.push(name);
      return new Promise((resolve, reject) => ends.set(name, { resolve, reject }));
    });
  return {
    start,
    started,
    end: (name: string) => ends.get(name)?.resolve(name),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
  };
};

test('as many run as may, the next wait in order, and one more is refused without being started', async () => {
  const { start, started, end } = scene();
  const accepted = ['a', 'b', 'c', 'd'].map(start);
  await expect(start('e')).rejects.toThrow('full');
  expect(started).toEqual(['a', 'b']);
  end('b');
  expect(await accepted[1]).toBe('b');
  await turn();
  expect(started).toEqual(['a', 'b', 'c']);
  end('a');
  await accepted[0];
  await turn();
  end('c');
  end('d');
  expect(await Promise.all(accepted)).toEqual(['a', 'b', 'c', 'd']);
});

test('a task that fails makes room, too', async () => {
  const { start, started, end, fail } = scene();
  const accepted = ['a', 'b', 'c'].map(start);
  fail('a');
  await expect(accepted[0]).rejects.toThrow('a');
  await turn();
  expect(started).toEqual(['a', 'b', 'c']);
  for (const name of ['b', 'c']) end(name);
  await Promise.all(accepted.slice(1));
});

test('all room comes back after a flood', async () => {
  const { start, started, end } = scene();
  for (const round of ['1', '2', '3']) {
    const names = ['a', 'b', 'c', 'd'].map((name) => name + round);
    const accepted = names.map(start);
    await expect(start('e')).rejects.toThrow('full');
    for (const name of names) {
      end(name);
      await turn();
    }
    expect(await Promise.all(accepted)).toEqual(names);
  }
  expect(started).toHaveLength(12);
});
