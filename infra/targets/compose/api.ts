import { apiCommand, migrationCommand } from '../../model/command';
import type { Deployable } from '../../model/deployable';
import { madeUpValue } from '../../model/made-up';
import type { DerivedEnvironment } from '../../model/service';
import { mebibytes } from '../../model/units';
import { apiVariables, type EnvironmentVariable, migrationVariables } from '../../model/variables';
import { plainTexts, secretVariables } from '../variables';
import { confined, healthCheck, limited, writable } from './container';
import { differences, mailCatcher, published, stopGracePeriod } from './surroundings';
import type { Service } from './types';

const environment = (deployable: Deployable, variables: readonly EnvironmentVariable[], here?: DerivedEnvironment) => ({
  ...plainTexts(variables, here),
  ...Object.fromEntries(
    secretVariables(variables)
      .filter(({ secret }) => !secret.optional)
      .map(({ name, composition }) => [name, madeUpValue(deployable, composition, name)]),
  ),
});

const build = (target: 'api' | 'migrate') => ({ context: '..', dockerfile: 'service/Dockerfile', target });

/** Applies the migrations as the owner, then ends. */
export const migrate = (deployable: Deployable, database: string): Service => ({
  build: build('migrate'),
  command: migrationCommand,
  environment: environment(deployable, migrationVariables(deployable)),
  networks: { back: {} },
  depends_on: { [database]: { condition: 'service_healthy' } },
  ...limited(deployable.system.workloads.migration.resources),
  ...confined,
  tmpfs: [writable('/tmp', 16)],
  restart: 'no',
});

/** Folders in memory count as the container's: none may take more than this share of its limit, and kill it. */
const folderShare = 0.25;

/** @param servers services that have to answer before it starts */
export const api = (deployable: Deployable, servers: readonly string[]): Service => {
  const { resources, ports, probes, writable: folders } = deployable.system.workloads.api;
  const { startup, liveness } = probes;
  return {
    build: build('api'),
    command: apiCommand(deployable),
    environment: environment(deployable, apiVariables(deployable), differences),
    ports: [published(ports.http), published(ports.metrics)],
    networks: { front: {}, back: {} },
    depends_on: {
      migrate: { condition: 'service_completed_successfully' },
      ...Object.fromEntries([...servers, mailCatcher.host].map((name) => [name, { condition: 'service_healthy' as const }])),
    },
    healthcheck: healthCheck(
      ['CMD', 'node', 'build/service/healthcheck.js'],
      liveness,
      startup.initialDelaySeconds + startup.periodSeconds * startup.failureThreshold,
    ),
    ...limited(resources),
    ...confined,
    tmpfs: Object.entries(folders).map(([path, size]) =>
      writable(path, Math.min(mebibytes(size), Math.floor(mebibytes(resources.limits.memory) * folderShare))),
    ),
    restart: 'unless-stopped',
    stop_grace_period: stopGracePeriod,
  };
};
