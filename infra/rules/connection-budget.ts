import { connectionsOfProcess, spareConnections as spare } from '../model/connections';
import { type Deployable, placeOf } from '../model/deployable';
import type { Rule } from './rule';

/** `superuser_reserved_connections` of PostgreSQL. */
const reserved = 3;

/** The migration's one connection. */
const jobs = 1;

/** Every PostgreSQL that pods connect to: the primary, and a replica. */
const databases = (deployables: readonly Deployable[]) =>
  deployables.flatMap((deployable) =>
    (['database', 'reader'] as const).flatMap((slot) => {
      const database = deployable.system.dependencies[slot];
      return database ? [{ deployable, slot, database }] : [];
    }),
  );

export const connectionBudget: Rule = {
  code: 'DB-CONN-BUDGET',
  title: 'All pools together fit the database',
  why: 'At full scale the last pods get "too many clients", exactly at peak.',
  severity: 'error',
  reads: 'world',
  *check({ deployables }) {
    for (const { deployable, slot, database } of databases(deployables)) {
      const { scale } = deployable.system.workloads.api;
      // One more than the most: a rolling update surges by one pod.
      const pods = (scale.kind === 'range' ? scale.max : scale.replicas) + 1;
      const wanted = pods * connectionsOfProcess(database);
      const free = database.maxConnections - reserved - jobs;
      const at = placeOf(deployable);
      const got = `${pods} pods x (${database.pool.max} + ${spare}) connections = ${wanted}`;
      const { location } = database;
      if (location.kind !== 'cloudNativePg') {
        if (wanted <= free) continue;
        yield {
          at,
          path: `dependencies.${slot}.pool.max`,
          got,
          allowed: `at most ${free} (maxConnections ${database.maxConnections}, less ${reserved} reserved and ${jobs} for the migration)`,
          fix: `Lower pool.max to ${Math.max(1, Math.floor(free / pods) - spare)}, lower scale.max, raise maxConnections, or put a pooler in front.`,
        };
        continue;
      }
      const { instances, connections, maxClients } = location.pooler;
      if (wanted > instances * maxClients) {
        yield {
          at,
          path: `dependencies.${slot}.location.pooler.maxClients`,
          got,
          allowed: `at most ${instances * maxClients} clients (${instances} poolers x ${maxClients})`,
          fix: `Raise maxClients to ${Math.ceil(wanted / instances)}, or lower pool.max or scale.max.`,
        };
      }
      if (instances * connections > free) {
        yield {
          at,
          path: `dependencies.${slot}.location.pooler.connections`,
          got: `${instances} poolers x ${connections} connections = ${instances * connections}`,
          allowed: `at most ${free} (maxConnections ${database.maxConnections}, less ${reserved} reserved and ${jobs} for the migration)`,
          fix: `Lower connections to ${Math.floor(free / instances)}, or raise maxConnections.`,
        };
      }
    }
  },
};
