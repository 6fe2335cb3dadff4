import { apiCommand } from '../../model/command';
import type { Deployable } from '../../model/deployable';
import { gracePeriodSeconds, lifecycle } from '../../model/lifecycle';
import { metricsPath } from '../../model/service';
import type { Probe, Scale } from '../../model/system';
import { apiVariables } from '../../model/variables';
import type { FlyRow } from '../rows';
import { plainTexts } from '../variables';
import { machineSize } from './machine';
import { type ReleaseCommand, releaseCommand } from './migration';
import { differences } from './surroundings';

const seconds = (count: number): string => `${count}s`;

/** The bounds of the number of machines. */
export const bounds = (scale: Scale): { min: number; max: number } =>
  scale.kind === 'fixed' ? { min: scale.replicas, max: scale.replicas } : { min: scale.min, max: scale.max };

/**
 * Requests in flight at one machine. Little's law: 5,000 a second, at 50 ms each, are 250, which is the most; at 200 another
 * machine is started.
 */
const concurrency = { type: 'requests', soft_limit: 200, hard_limit: 250 } as const;

/** As long as the Job of a cluster. */
const releaseTimeout = '15m';

const check = (path: string, { periodSeconds, timeoutSeconds }: Probe, graceSeconds: number) => ({
  method: 'GET',
  path,
  interval: seconds(periodSeconds),
  timeout: seconds(timeoutSeconds),
  grace_period: seconds(graceSeconds),
});

const httpService = ({ system }: Deployable) => {
  const { ports, probes, health, scale } = system.workloads.api;
  const { min, max } = bounds(scale);
  const changes = max > min;
  return {
    internal_port: ports.http,
    force_https: true,
    auto_stop_machines: changes ? 'stop' : 'off',
    auto_start_machines: true,
    min_machines_running: min,
    processes: ['app'],
    concurrency,
    checks: [check(health.ready, probes.readiness, probes.readiness.initialDelaySeconds)],
  };
};

/** Until a machine has to be there: as long as a pod's start-up probe waits. */
const startSeconds = ({ initialDelaySeconds, periodSeconds, failureThreshold }: Probe): number =>
  initialDelaySeconds + periodSeconds * failureThreshold;

/** The content of fly.toml, and the migration in it. */
export const configuration = (deployable: Deployable, { app, region }: FlyRow) => {
  const { ports, probes, health, resources } = deployable.system.workloads.api;
  const variables = apiVariables(deployable);
  const release: ReleaseCommand = releaseCommand(deployable, variables);
  const content = {
    app,
    primary_region: region,
    kill_signal: 'SIGTERM',
    // Nothing runs before the signal here, as preStop does in a pod.
    kill_timeout: seconds(gracePeriodSeconds(probes.readiness) - lifecycle.preStop),
    // Beside this file; what is built is the folder in which `fly deploy` runs.
    build: { dockerfile: 'Dockerfile', 'build-target': 'api' },
    deploy: {
      strategy: 'rolling',
      wait_timeout: seconds(startSeconds(probes.startup)),
      release_command: release.command,
      release_command_timeout: releaseTimeout,
    },
    env: { ...plainTexts(variables, differences(deployable, app)), ...release.environment },
    processes: { app: apiCommand(deployable).join(' ') },
    http_service: httpService(deployable),
    // Told, and waited for by a deployment; only the readiness above decides who gets requests.
    checks: { alive: { type: 'http', port: ports.http, ...check(health.live, probes.liveness, probes.liveness.initialDelaySeconds) } },
    metrics: [{ port: ports.metrics, path: metricsPath, processes: ['app'] }],
    vm: [{ ...machineSize(resources), processes: ['app'] }],
  };
  return { content, release };
};
