import { redisArguments } from '../../constructs/redis-arguments';
import type { OwnDatabase, OwnRedis, Postgres } from '../../model/dependency';
import type { Deployable } from '../../model/deployable';
import { passwordName, ports } from '../../model/facets';
import { madeUp } from '../../model/made-up';
import { asArguments, ownParameters } from '../../model/server-parameters';
import { confined, healthCheck, limited, writable } from './container';
import { mailCatcher, published } from './surroundings';
import type { Service } from './types';

/** The users `postgres` and `redis` of the Debian images. */
const serverUser = '999:999';

/** A server that answers within seconds; the first start makes the roles. */
const readiness = { periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 };
const startSeconds = 120;

/** PostgreSQL with both roles of the system, and its data in a volume. */
export const postgres = (deployable: Deployable, database: Postgres & { location: OwnDatabase }): Service => ({
  image: database.location.image,
  user: serverUser,
  command: asArguments(ownParameters(database)),
  environment: {
    POSTGRES_PASSWORD: madeUp(deployable, 'database-superuser-password'),
    OWNER_PASSWORD: madeUp(deployable, passwordName('database', 'owner')),
    APPLICATION_PASSWORD: madeUp(deployable, passwordName('database')),
  },
  ports: [published(ports.postgres)],
  volumes: ['postgres-data:/var/lib/postgresql/data', './compose/roles.sh:/docker-entrypoint-initdb.d/roles.sh:ro'],
  networks: { back: {} },
  // Over TCP: while the roles are made, the server listens on its socket only.
  healthcheck: healthCheck(['CMD', 'pg_isready', '--host=127.0.0.1', '--username=postgres'], readiness, startSeconds),
  ...limited(database.location.resources),
  ...confined,
  tmpfs: [writable('/tmp', 64), writable('/var/run/postgresql', 16)],
  restart: 'unless-stopped',
});

/** Size of a volume, which Docker does not ask for: that there is one switches the append-only file on. */
const keptBy = '1Gi';

/** Redis with the append-only file, so that what it holds outlives a restart. */
export const redis = (deployable: Deployable, location: OwnRedis): Service => {
  const password = madeUp(deployable, passwordName('cache'));
  return {
    image: location.image,
    user: serverUser,
    command: redisArguments({ ...location, storage: keptBy }, 'cache').map((argument) => argument.replace('$(REDIS_PASSWORD)', password)),
    // Read by redis-cli.
    environment: { REDISCLI_AUTH: password },
    ports: [published(ports.redis)],
    volumes: ['redis-data:/data'],
    networks: { back: {} },
    // -e: else a refusal, as while the file is read, counts as an answer.
    healthcheck: healthCheck(['CMD', 'redis-cli', '-e', 'ping'], readiness, startSeconds),
    ...limited(location.resources),
    ...confined,
    restart: 'unless-stopped',
  };
};

/** Takes every mail and shows it, at port 8025. */
export const mail: Service = {
  image: 'axllent/mailpit:v1.31.1',
  // nobody
  user: '65534:65534',
  ports: [published(mailCatcher.web)],
  networks: { back: {} },
  healthcheck: healthCheck(['CMD', '/mailpit', 'readyz'], readiness, startSeconds),
  mem_limit: '128m',
  ...confined,
  tmpfs: [writable('/tmp', 64)],
  restart: 'unless-stopped',
};
