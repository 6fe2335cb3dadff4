import plugin from 'fastify-plugin';
import type { Cluster, Redis } from 'ioredis';
import { watchAvailability } from '../availability';
import { type Cached, cached, type Definition, type Reads, uncached, type Value } from '../cache/cached';
import { memoryStores } from '../cache/memory';
import { cacheNameRule, isCacheName } from '../cache/names';
import { connectRedis, redisAddress } from '../cache/redis';
import { redisStores } from '../cache/redis-store';
import { componentLog } from '../logging';

interface Cache {
  /**
   * A function whose results are kept. What belongs to an organization has keys that begin with its id.
   * @throws Error when the name is taken, or no name
   */
  define<T extends Value, Argument = void>(definition: Definition<T, Argument>): Cached<T, Argument>;
  /** By name of the function. */
  readonly reads: ReadonlyMap<string, Readonly<Reads>>;
}

declare module 'fastify' {
  interface FastifyInstance {
    cache: Cache;
    /** Shared by what several processes count together. Null without Redis. */
    redis: Redis | Cluster | null;
  }
}

export const cache = plugin(
  async (app) => {
    const config = app.config.cache;
    const redis =
      config.url || config.host
        ? connectRedis(config, watchAvailability(componentLog(app.log, 'cache'), 'redis', redisAddress(config)))
        : null;
    app.decorate<Redis | Cluster | null>('redis', redis);
    const stores = redis ? redisStores(redis, config.prefix) : memoryStores(config);
    const reads = new Map<string, Reads>();
    app.decorate('cache', {
      reads,
      define: (definition) => {
        const { kind, name, shared = false } = definition;
        if (!isCacheName(name) || reads.has(name)) {
          throw new Error(`app.cache.define: got the name ${JSON.stringify(name)}; allowed: ${cacheNameRule}, used once. Give it another.`);
        }
        const counted: Reads = { hit: 0, miss: 0 };
        reads.set(name, counted);
        const lifetime = kind === 'default' ? config.ttl : config.ttls[kind];
        const kept = config.enabled && lifetime > 0 && (redis !== null || !shared);
        return kept ? cached(definition, stores.of(name), lifetime, counted) : uncached(definition, counted);
      },
    });
    app.addHook('onClose', () => stores.close());
  },
  // After the database, so that it closes before it.
  { name: 'cache', dependencies: ['database'] },
);
