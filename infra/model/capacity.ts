import { type Dependency, type Resources, redisClusterNodes } from './dependency';
import type { Deployable } from './deployable';
import { mebibytes, milliCpu } from './units';

/** What pods ask of a namespace in all: thousandths of a core, and MiB. */
export interface Demand {
  pods: number;
  cpu: number;
  memory: number;
  memoryLimit: number;
}

const none: Demand = { pods: 0, cpu: 0, memory: 0, memoryLimit: 0 };

const times = (pods: number, { cpu, memory, limits }: Resources): Demand => ({
  pods,
  cpu: pods * milliCpu(cpu),
  memory: pods * mebibytes(memory),
  memoryLimit: pods * mebibytes(limits.memory),
});

const sum = (demands: readonly Demand[]): Demand =>
  demands.reduce(
    (all, one) => ({
      pods: all.pods + one.pods,
      cpu: all.cpu + one.cpu,
      memory: all.memory + one.memory,
      memoryLimit: all.memoryLimit + one.memoryLimit,
    }),
    none,
  );

/** A rollout, of the API or of the poolers, has one pod more than the most. */
const surge = 1;

const ofServer = ([slot, { location }]: [string, Dependency]): Demand => {
  if (location.kind === 'own') return times(1, location.resources);
  if (location.kind === 'redisCluster') return times(redisClusterNodes, location.resources);
  if (location.kind !== 'cloudNativePg') return none;
  const { instances, resources, pooler } = location;
  const poolers = times(pooler.instances + surge, pooler.resources);
  // Of a replica, only the poolers are more: its servers are those of the database.
  if (slot === 'reader') return poolers;
  // One more instance: the operator's Job that makes a new one asks as much as what it makes.
  return sum([times(instances + 1, resources), poolers]);
};

/** For what is not described here and passes by: a certificate's solver, somebody's debugging pod. */
const spare: Resources = { cpu: '100m', memory: '128Mi', limits: { memory: '256Mi' } };

/** All that may run in the namespace at once: replicas, those that a rollout replaces, two migrations, servers, neighbours, spares. */
export const demandOf = ({ system }: Deployable): Demand => {
  const { api, migration } = system.workloads;
  const { neighbours } = system.namespace;
  const most = api.scale.kind === 'range' ? api.scale.max : api.scale.replicas;
  return sum([
    // A pod that drains counts until it has gone, which takes longer than its successor to be ready: with room for the
    // surge alone, every step of a rollout waits for that, and for the back-off of who was refused.
    times(2 * most + surge, api.resources),
    // That of the release before may still be there.
    times(2, migration.resources),
    ...Object.entries(system.dependencies as Record<string, Dependency>).map(ofServer),
    ...(neighbours ? [{ ...times(1, neighbours.resources), pods: neighbours.pods }] : []),
    times(2, spare),
  ]);
};
