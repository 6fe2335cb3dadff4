import * as codec from '../codecs';
import { derived, derivedSecret, plain } from '../setting';

export const database = {
  url: derivedSecret({
    about: 'Connection of the application role, as one URL',
    spellings: { DATABASE_URL: codec.connection('postgresql', 'postgres') },
  }),
  host: derived({ about: 'Host of the database, when given in parts', spellings: { DB_HOST: codec.text } }),
  port: derived({ about: 'Port of the database', spellings: { DB_PORT: codec.port }, default: 5432 }),
  name: derived({ about: 'Name of the database', spellings: { DB_NAME: codec.text } }),
  user: derived({ about: 'Role that connects', spellings: { DB_USERNAME: codec.text } }),
  password: derivedSecret({ about: 'Password of that role', spellings: { DB_PASSWORD: codec.text } }),
  tls: derived({
    about: 'Whether the connection is encrypted, and the server verified',
    spellings: { DB_SSLMODE: codec.choice(['disable', 'require', 'verify-full']) },
    default: 'disable',
  }),
  pool: {
    min: derived({ about: 'Connections kept open', spellings: { DATABASE_POOL_MIN: codec.integer(0, 1_000) }, default: 2 }),
    max: derived({ about: 'Most connections of one process', spellings: { DATABASE_POOL_MAX: codec.integer(1, 1_000) }, default: 10 }),
    idleTimeout: plain({
      about: 'Time after which an idle connection is closed, in milliseconds',
      spellings: { DATABASE_POOL_IDLE_MS: codec.milliseconds },
      default: 60_000,
    }),
    connectTimeout: plain({
      about: 'Longest wait for a connection, in milliseconds',
      spellings: { DATABASE_CONNECT_TIMEOUT_MS: codec.milliseconds },
      default: 10_000,
    }),
  },
  statementTimeout: plain({
    about: 'Longest run of one statement, in milliseconds',
    spellings: { DATABASE_STATEMENT_TIMEOUT_MS: codec.milliseconds },
    default: 15_000,
  }),
  slowQuery: plain({
    about: 'A statement that takes longer is logged, in milliseconds; 0 logs none',
    spellings: { DATABASE_SLOW_QUERY_MS: codec.milliseconds },
    default: 200,
  }),
  startTimeout: plain({
    about: 'Longest wait for the database at start, in milliseconds; the process then exits',
    spellings: { DATABASE_START_TIMEOUT_MS: codec.milliseconds },
    default: 30_000,
  }),
  replica: {
    url: derivedSecret({
      about: 'Connection of a read replica, as one URL',
      spellings: { DATABASE_REPLICA_URL: codec.connection('postgresql', 'postgres') },
    }),
    max: derived({
      about: 'Most connections of one process to the replica',
      spellings: { DATABASE_REPLICA_POOL_MAX: codec.integer(1, 1_000) },
      default: 10,
    }),
  },
  applicationRole: derived({
    about: 'Role to which a migration grants what the API needs',
    spellings: { DATABASE_APPLICATION_ROLE: codec.text },
  }),
};

const ttl = codec.seconds;

export const cache = {
  url: derivedSecret({ about: 'Connection of Redis, as one URL', spellings: { REDIS_URL: codec.connection('redis', 'rediss') } }),
  host: derived({ about: 'Host of Redis, when given in parts', spellings: { REDIS_HOST: codec.text } }),
  port: derived({ about: 'Port of Redis', spellings: { REDIS_PORT: codec.port }, default: 6379 }),
  password: derivedSecret({ about: 'Password of Redis', spellings: { REDIS_PASSWORD: codec.text } }),
  tls: derived({ about: 'Whether the connection to Redis is encrypted', spellings: { REDIS_TLS: codec.flag }, default: false }),
  enabled: plain({ about: 'Keep values in the cache', spellings: { ENABLE_CACHE: codec.flag }, default: true }),
  mode: derived({
    about: 'Whether it is one server, or a cluster that spreads keys over several',
    spellings: { REDIS_MODE: codec.choice(['single', 'cluster']) },
    default: 'single',
  }),
  prefix: plain({ about: 'Begins every key', spellings: { REDIS_PREFIX: codec.text }, default: 'api:' }),
  ttl: plain({
    about: 'Lifetime of a cached value of no other kind, in seconds',
    spellings: { CACHE_TTL: ttl, REDIS_TTL: ttl },
    default: 300,
  }),
  ttls: {
    user: plain({
      about: 'Lifetime of what is cached of a user, such as a session, in seconds',
      spellings: { CACHE_TTL_USER: ttl },
      default: 3_600,
    }),
    tenant: plain({
      about: 'Lifetime of what is cached of an organization, in seconds',
      spellings: { CACHE_TTL_TENANT: ttl },
      default: 7_200,
    }),
    permissions: plain({
      about: 'Lifetime of cached permissions, which are roles of members, in seconds',
      spellings: { CACHE_TTL_PERMISSIONS: ttl },
      default: 1_800,
    }),
    config: plain({
      about: 'Lifetime of cached configuration, in seconds; the service has none of its own',
      spellings: { CACHE_TTL_CONFIG: ttl },
      default: 86_400,
    }),
  },
  max: plain({ about: 'Most values cached in memory', spellings: { CACHE_MAX: codec.integer(1, 1_000_000) }, default: 1_000 }),
  checkperiod: plain({
    about: 'Time between two sweeps of dead values in memory, in seconds',
    spellings: { CACHE_CHECK_PERIOD: codec.seconds },
    default: 60,
  }),
};
