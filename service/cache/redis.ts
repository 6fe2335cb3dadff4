import { Redis, type RedisOptions } from 'ioredis';
import type { Availability } from '../availability';
import type { Config } from '../contract/types';
import type { Cache } from './cache';

// A cache that answers later than this is slower than the database behind it.
const commandTimeout = 500;

export const redisAddress = ({ url, host, port }: Config['cache']): string =>
  url ? `${new URL(url).hostname}:${new URL(url).port || 6379}` : `${host}:${port}`;

/** The library's defaults queue commands while Redis is away, which turns its outage into one of ours. */
export const connectRedis = (config: Config['cache'], availability: Availability): Redis => {
  const { url, host, port, password, tls, prefix } = config;
  const options: RedisOptions = {
    keyPrefix: prefix,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    commandTimeout,
    // A connection that hangs is given up, so that only the first requests wait for it.
    socketTimeout: 1_000,
    connectTimeout: 2_000,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(attempt * 200, 2_000),
  };
  const redis = url ? new Redis(url, options) : new Redis({ ...options, host, port, password, ...(tls && { tls: {} }) });
  redis.on('ready', () => availability.up());
  redis.on('error', (error: NodeJS.ErrnoException) => availability.down(error.code ?? error.message));
  redis.on('close', () => availability.down('connection closed'));
  return redis;
};

export const redisCache = (redis: Redis, { ttl: usual }: Config['cache']): Cache => {
  const orMiss = async <T>(work: () => Promise<T>): Promise<T | undefined> => work().catch(() => undefined);
  return {
    get: async (key) => {
      const text = await orMiss(() => redis.get(key));
      return text == null ? undefined : JSON.parse(text);
    },
    set: async (key, value, ttl = usual) => {
      if (ttl > 0) await orMiss(() => redis.set(key, JSON.stringify(value), 'EX', ttl));
    },
    add: async (key, value, ttl = usual) => {
      if (ttl > 0) await orMiss(() => redis.set(key, JSON.stringify(value), 'EX', ttl, 'NX'));
    },
    delete: async (key) => {
      await orMiss(() => redis.del(key));
    },
    close: async () => {
      redis.removeAllListeners('close');
      if (redis.status === 'ready') await redis.quit().catch(() => redis.disconnect());
      else redis.disconnect();
    },
  };
};
