import plugin from 'fastify-plugin';
import type { Cluster, Redis } from 'ioredis';
import { watchAvailability } from '../availability';
import type { Cache } from '../cache/cache';
import { memoryCache } from '../cache/memory';
import { connectRedis, redisAddress, redisCache } from '../cache/redis';
import { componentLog } from '../logging';

declare module 'fastify' {
  interface FastifyInstance {
    cache: Cache;
    /** Shared by what several replicas count together. Null without Redis. */
    redis: Redis | Cluster | null;
  }
}

/** Every read a miss: for a service that is to keep nothing. */
const forgetful: Pick<Cache, 'get' | 'set' | 'add'> = { get: async () => undefined, set: async () => {}, add: async () => {} };

export const cache = plugin(
  async (app) => {
    const config = app.config.cache;
    const redis =
      config.url || config.host
        ? connectRedis(config, watchAvailability(componentLog(app.log, 'cache'), 'redis', redisAddress(config)))
        : null;
    app.decorate<Redis | Cluster | null>('redis', redis);
    const kept = redis ? redisCache(redis, config) : memoryCache(config);
    app.decorate('cache', config.enabled ? kept : { ...kept, ...forgetful });
    app.addHook('onClose', () => app.cache.close());
  },
  // After the database, so that it closes before it.
  { name: 'cache', dependencies: ['database'] },
);
