import { type Container, containersOf, namespaceOf } from './objects';
import { amountOf } from './quantities';
import { redisServerOf } from './redis-servers';
import { objectPath, type Rule } from './rule';

/** Values may take this much of the limit; clients, copies while a file is written, and the allocator the rest. */
const valueShare = 0.75;

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1_000,
  kb: 1_024,
  m: 1_000_000,
  mb: 1_024 ** 2,
  g: 1_000_000_000,
  gb: 1_024 ** 3,
};

/** Bytes, in the spelling of Redis: `1gb`, `100mb`, `1048576`. */
const bytesOf = (size: string): number => {
  const [, amount = '', unit = ''] = /^(\d+)([a-z]*)$/i.exec(size) ?? [];
  return Number(amount) * (units[unit.toLowerCase()] ?? Number.NaN);
};

const limitOf = (container: Container): string | number | undefined =>
  (container as { resources?: { limits?: { memory?: string | number } } }).resources?.limits?.memory;

export const redisMemory: Rule = {
  code: 'REDIS-MEMORY',
  title: 'Redis fills at most three quarters of its memory limit',
  why: 'The kernel kills it while it is full, and it is empty or gone exactly under load.',
  severity: 'error',
  reads: 'objects',
  *check(objects) {
    for (const pod of objects.pods) {
      for (const container of containersOf(pod)) {
        const server = redisServerOf(container);
        const limit = limitOf(container);
        const maxmemory = server?.setting('maxmemory');
        if (!server || limit === undefined || (server.hasFile && maxmemory === undefined)) continue;
        const most = Math.floor(amountOf(limit) * valueShare);
        const bytes = bytesOf(maxmemory ?? '0');
        // 0 means as much as there is.
        if (bytes > 0 && bytes <= most) continue;
        yield {
          at: namespaceOf(pod.object),
          path: `${objectPath(pod.object)} ${container.name} maxmemory`,
          got: maxmemory === undefined ? 'no maxmemory, so that it takes all there is' : maxmemory,
          allowed: `at most ${Math.floor(most / 1_024 ** 2)}mb, three quarters of the limit ${limit}`,
          fix: 'Lower maxmemory, or raise the memory limit.',
        };
      }
    }
  },
};
