import { type Cluster, Redis } from 'ioredis';
import { cachePrefix } from './names';

// Keys looked at by one command: few enough that others are not kept waiting.
const scanCount = 1_000;

const literal = (text: string): string => text.replace(/[\\*?[\]]/g, '\\$&');

const clearNode = async (node: Redis, pattern: string): Promise<number> => {
  // Put before a key by the library, but not before a pattern.
  const { length } = node.options.keyPrefix ?? '';
  let deleted = 0;
  let cursor = '0';
  do {
    const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', scanCount);
    // One key a command: keys of one command would have to share a slot in a cluster.
    const results = await node.pipeline(keys.map((key) => ['unlink', key.slice(length)])).exec();
    for (const [error, count] of results ?? []) {
      if (error) throw error;
      deleted += Number(count);
    }
    cursor = next;
  } while (cursor !== '0');
  return deleted;
};

/**
 * Deletes what is cached, and nothing else that Redis holds.
 * @param prefix of the connection, `cache.prefix`
 * @param name whose values. @default - of all names
 * @returns how many
 * @throws Error when one of the masters did not answer; others may have been cleared
 */
export const clearCache = async (redis: Redis | Cluster, prefix: string, name?: string): Promise<number> => {
  const pattern = `${literal(`${prefix}${cachePrefix}${name === undefined ? '' : `${name}:`}`)}*`;
  const masters = redis instanceof Redis ? [redis] : redis.nodes('master');
  const counts = await Promise.all(masters.map((node) => clearNode(node, pattern)));
  return counts.reduce((sum, count) => sum + count, 0);
};
