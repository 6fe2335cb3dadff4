import type { Cluster, Redis } from 'ioredis';
import { clearCache } from './cache/clear';
import { cacheNameRule, cachePrefix, isCacheName } from './cache/names';
import { connectRedis, redisAddress } from './cache/redis';
import { describeProblems, readConfig } from './config';
import type { Config } from './contract/types';

/** The first event decides: whoever runs this can run it again. */
const connected = (config: Config['cache']): Promise<Redis | Cluster> =>
  new Promise((resolve, reject) => {
    const redis = connectRedis(config, {
      up: () => resolve(redis),
      down: (reason) => {
        redis.disconnect();
        reject(new Error(reason));
      },
    });
  });

/** @param names whose values go; none means all */
const clear = async (config: Config['cache'], names: readonly string[]): Promise<void> => {
  const redis = await connected(config);
  try {
    for (const name of names.length > 0 ? new Set(names) : [undefined]) {
      const count = await clearCache(redis, config.prefix, name);
      process.stdout.write(`${config.prefix}${cachePrefix}${name === undefined ? '' : `${name}:`}*: ${count} deleted\n`);
    }
  } finally {
    redis.disconnect();
  }
};

/**
 * Deletes cached values of the given names from the configured Redis, or of all. Exit code 0: they are gone, or there is
 * no Redis that could have any; 1: not all could be deleted; 2: the configuration or a name is wrong.
 */
const main = async (names: readonly string[]): Promise<number> => {
  const wrong = names.filter((name) => !isCacheName(name));
  if (wrong.length > 0) {
    process.stderr.write(`clear-cache: got ${JSON.stringify(wrong)}; allowed: names, ${cacheNameRule}. Without any, all is deleted.\n`);
    return 2;
  }
  const decoded = readConfig(process.env, process.cwd());
  if (!decoded.ok) {
    process.stderr.write(describeProblems(decoded.problems));
    return 2;
  }
  const { cache } = decoded.config;
  if (!cache.url && !cache.host) {
    process.stdout.write('No Redis is configured: each process keeps its cache in memory, and it ends with the process.\n');
    return 0;
  }
  try {
    await clear(cache, names);
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Not everything could be deleted from Redis at ${redisAddress(cache)}: ${reason}. Run this again.\n`);
    return 1;
  }
};

if (require.main === module) {
  void main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
