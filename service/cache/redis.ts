import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Availability } from '../availability';
import type { Config } from '../contract/types';
import type { Cache } from './cache';

// A cache that answers later than this is slower than the database behind it.
const commandTimeout = 500;

interface Server {
  host: string;
  port: number;
  username?: string;
  password?: string;
  tls: boolean;
  /** Numbered database; a cluster has number 0 alone. */
  db: number;
}

const decoded = (text: string): string | undefined => (text ? decodeURIComponent(text) : undefined);

const serverOf = ({ url, host, port, password, tls }: Config['cache']): Server => {
  if (!url) return { host: host ?? '', port, password, tls, db: 0 };
  const parsed = new URL(url);
  return {
    host: parsed.hostname,
    port: Number(parsed.port || 6379),
    username: decoded(parsed.username),
    password: decoded(parsed.password),
    tls: parsed.protocol === 'rediss:',
    db: Number(parsed.pathname.slice(1)),
  };
};

export const redisAddress = (config: Config['cache']): string => {
  const { host, port } = serverOf(config);
  return `${host}:${port}`;
};

const retryAfter = (attempt: number): number => Math.min(attempt * 200, 2_000);

/** The library's defaults queue commands while Redis is away, which turns its outage into one of ours. */
const connectionOptions = ({ username, password, tls }: Server): RedisOptions => ({
  username,
  password,
  ...(tls && { tls: {} }),
  maxRetriesPerRequest: 1,
  autoResendUnfulfilledCommands: false,
  commandTimeout,
  // A connection that hangs is given up, so that only the first requests wait for it.
  socketTimeout: 1_000,
  connectTimeout: 2_000,
  keepAlive: 10_000,
});

const connectSingle = (server: Server, keyPrefix: string): Redis =>
  new Redis({
    ...connectionOptions(server),
    host: server.host,
    port: server.port,
    db: server.db,
    keyPrefix,
    enableOfflineQueue: false,
    retryStrategy: retryAfter,
  });

const connectCluster = (server: Server, keyPrefix: string): Cluster =>
  new Cluster([{ host: server.host, port: server.port }], {
    redisOptions: connectionOptions(server),
    keyPrefix,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryAfter,
    // Names stay names until a socket is opened: addresses of pods change, and certificates are for names.
    dnsLookup: (name, callback) => callback(null, name),
    // A failover moves slots without an error that would tell.
    slotsRefreshInterval: 5_000,
    // Not longer than a command may take: the library waits 100 ms before each.
    maxRedirections: 4,
  });

export const connectRedis = (config: Config['cache'], availability: Availability): Redis | Cluster => {
  const connect = config.mode === 'cluster' ? connectCluster : connectSingle;
  const redis = connect(serverOf(config), config.prefix);
  // A cluster's own errors say that no node could be asked; only those of its nodes say why.
  let cause: NodeJS.ErrnoException | undefined;
  redis.on('node error', (error: Error) => {
    cause = error.message === 'Connection is closed.' ? cause : error;
  });
  redis.on('ready', () => availability.up());
  redis.on('error', (error: NodeJS.ErrnoException) => {
    const { code, message } = cause ?? error;
    availability.down(code ?? message);
  });
  redis.on('close', () => availability.down('connection closed'));
  return redis;
};

/** @throws Error unless every key can be read and written: a cluster may be up in parts */
export const checkRedis = async (redis: Redis | Cluster): Promise<void> => {
  if (redis instanceof Redis) {
    await redis.ping();
    return;
  }
  const state = String(await redis.cluster('INFO'));
  if (!/^cluster_state:ok\r?$/m.test(state) || !/^cluster_slots_ok:16384\r?$/m.test(state)) throw new Error('part of the cluster is down');
};

/** One key a command: keys of one command would have to share a slot in a cluster. */
export const redisCache = (redis: Redis | Cluster, { ttl: usual }: Config['cache']): Cache => {
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
