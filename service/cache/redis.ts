import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Availability } from '../availability';
import type { Config } from '../contract/types';

// A cache that answers later than this is slower than the database behind it.
export const commandTimeout = 500;

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

const connectSingle = (server: Server, options: RedisOptions): Redis =>
  new Redis({
    ...connectionOptions(server),
    host: server.host,
    port: server.port,
    db: server.db,
    enableOfflineQueue: false,
    retryStrategy: retryAfter,
    ...options,
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
  const server = serverOf(config);
  const redis = config.mode === 'cluster' ? connectCluster(server, config.prefix) : connectSingle(server, { keyPrefix: config.prefix });
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

/**
 * A connection for subscriptions alone. Also of a cluster it knows one server: what is published anywhere in it arrives at
 * all of them, and the library's own subscriber moves to another one without telling that something may have been missed.
 */
export const connectSubscriber = (config: Config['cache']): Redis => {
  const subscriber = connectSingle(serverOf(config), {
    // Whoever subscribes does so again, to know from when on everything is heard.
    autoResubscribe: false,
    // Nobody waits for its answers, and a process that is busy for a second has lost nothing.
    commandTimeout: undefined,
    socketTimeout: 5_000,
  });
  // That Redis is away is told by the connection beside it.
  subscriber.on('error', () => {});
  return subscriber;
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
