import { smtp } from '../../model/dependency';
import type { Deployable } from '../../model/deployable';
import { lifecycle } from '../../model/lifecycle';
import type { DerivedEnvironment } from '../../model/service';

/**
 * The network of the edge and the API; `back` is that of the API and its servers. Addresses that other networks hardly have;
 * the edge's is outside of those that Docker gives to others, since the API believes what it says about clients.
 */
export const front = { subnet: '172.30.53.0/28', others: '172.30.53.0/29', edge: '172.30.53.10' } as const;

/** Ports are published for this machine alone: everybody may read these passwords. */
export const published = (host: number, container = host): string => `127.0.0.1:${host}:${container}`;

export const mailCatcher = { host: 'mail', smtp: 1025, web: 8025 } as const;

/** The system with servers named as Compose names them, by what they are, and with a mail relay that keeps everything. */
export const onThisMachine = (deployable: Deployable): Deployable => {
  const { system } = deployable;
  const { api } = system.workloads;
  const dependencies = Object.fromEntries(
    Object.entries(system.dependencies).map(([slot, dependency]) => [
      slot,
      'names' in dependency.location ? { ...dependency, location: { ...dependency.location, names: undefined } } : dependency,
    ]),
  );
  const mail = smtp({ location: { kind: 'cluster', host: mailCatcher.host, pods: {} }, port: mailCatcher.smtp });
  return {
    ...deployable,
    system: {
      ...system,
      dependencies: { ...dependencies, mail },
      workloads: { ...system.workloads, api: { ...api, uses: [...new Set([...api.uses, 'mail' as const])] } },
    },
  };
};

/** Until the last answer is given. Nobody probes for readiness here, so there is no news to wait for. */
const endSeconds = lifecycle.request + lifecycle.margin;

export const stopGracePeriod = `${endSeconds}s`;

/** What follows from the edge and the end of a process, which are others than in a cluster. */
export const differences: DerivedEnvironment = {
  TRUST_PROXY: [`${front.edge}/32`],
  CORS_OWNER: 'service',
  SHUTDOWN_DRAIN_MS: 0,
  SHUTDOWN_TIMEOUT_MS: (endSeconds - 2) * 1_000,
};
