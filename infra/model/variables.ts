import type { Composition } from './composition';
import { password } from './composition';
import type { SecretRef, Slot } from './dependency';
import type { Deployable } from './deployable';
import { edgeCors, keepAliveSeconds, publicHost, trustedProxies } from './entrance';
import { type Facets, facetsOf, type Variable } from './facets';
import { drainSeconds, shutdownTimeoutSeconds } from './lifecycle';
import { type DerivedEnvironment, encode, spellings } from './service';
import type { Workload } from './system';

/** A variable in its text form, or the place of a secret one. */
export type EnvironmentVariable = { name: string } & ({ text: string } | { secret: SecretRef; composition: Composition });

const order = new Map(spellings.map((name, index) => [name, index]));

const inContractOrder = (variables: EnvironmentVariable[]): EnvironmentVariable[] =>
  variables.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));

const encoded = (values: object): EnvironmentVariable[] =>
  Object.entries(values).map(([name, value]) => ({ name, text: encode(name, value) }));

const fromFacets = (variables: readonly Variable[]): EnvironmentVariable[] =>
  variables.map((variable) => ('secret' in variable ? variable : { name: variable.name, text: encode(variable.name, variable.value) }));

/** The dependencies that a workload uses, each with what follows from it. */
export const facetsUsed = ({ system }: Deployable, workload: Workload): (Facets & { slot: Slot })[] =>
  workload.uses.flatMap((slot) => {
    const dependency = system.dependencies[slot];
    if (!dependency) return [];
    const owner = 'secret' in workload ? (workload.secret as SecretRef) : undefined;
    return [{ slot, ...facetsOf(dependency, slot, owner ? 'owner' : 'application', owner) }];
  });

const platformOfApi = (deployable: Deployable): DerivedEnvironment => {
  const { environment, system } = deployable;
  const host = publicHost(deployable);
  const keepAlive = keepAliveSeconds(deployable);
  const { ports, probes } = system.workloads.api;
  return {
    [system.stageSpelling ?? 'NODE_ENV']: environment.stage,
    FEATURES: [...system.features],
    PORT: ports.http,
    METRICS_PORT: ports.metrics,
    ...(host && { SWAGGER_HOST: host }),
    TRUST_PROXY: trustedProxies(deployable),
    ...(keepAlive && { KEEP_ALIVE_TIMEOUT_MS: keepAlive * 1_000 }),
    CORS_OWNER: edgeCors(deployable) ? 'edge' : 'service',
    SHUTDOWN_DRAIN_MS: drainSeconds(probes.readiness) * 1_000,
    SHUTDOWN_TIMEOUT_MS: shutdownTimeoutSeconds(probes.readiness) * 1_000,
  };
};

/** Everything that the API's containers get. */
export const apiVariables = (deployable: Deployable): EnvironmentVariable[] => {
  const { system } = deployable;
  return inContractOrder([
    ...encoded(platformOfApi(deployable)),
    ...encoded(system.config),
    ...facetsUsed(deployable, system.workloads.api).flatMap(({ variables }) => fromFacets(variables)),
    ...Object.entries(system.secrets).map(([name, secret]) => ({ name, secret, composition: [password(secret.key)] })),
  ]);
};

/** Everything that the migration's container gets: the owner's connection, and little else. */
export const migrationVariables = (deployable: Deployable): EnvironmentVariable[] => {
  const { environment, system } = deployable;
  const { LOG_LEVEL } = system.config;
  return inContractOrder([
    ...encoded({ [system.stageSpelling ?? 'NODE_ENV']: environment.stage, ...(LOG_LEVEL && { LOG_LEVEL }) }),
    ...facetsUsed(deployable, system.workloads.migration).flatMap(({ variables }) => fromFacets(variables)),
  ]);
};
