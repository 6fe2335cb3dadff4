import plugin from 'fastify-plugin';
import type { Redis } from 'ioredis';
import { watchAvailability } from '../availability';
import type { Cache } from '../cache/cache';
import { memoryCache } from '../cache/memory';
import { connectRedis, redisAddress, redisCache } from '../cache/redis';
import { componentLog } from '../logging';

declare module 'fastify' {
  interface FastifyInstance {
    cache: Cache;
    /** Shared by what several replicas count together. Null without Redis. */
    redis: Redis | null;
  }
}

export const cache = plugin(
  async (app) => {
    const config = app.config.cache;
    const redis =
      config.url || config.host
        ? connectRedis(config, watchAvailability(componentLog(app.log, 'cache'), 'redis', redisAddress(config)))
        : null;
    app.decorate('redis', redis);
    app.decorate('cache', redis ? redisCache(redis, config) : memoryCache(config));
    app.addHook('onClose', () => app.cache.close());
  },
  // After the database, so that it closes before it.
  { name: 'cache', dependencies: ['database'] },
);
