import { connectionsOfProcess } from '../../model/connections';
import type { Deployable } from '../../model/deployable';
import { apiVariables, facetsUsed } from '../../model/variables';
import { header } from '../header';
import type { FlyRow } from '../rows';
import { secretVariables } from '../variables';

import { bounds, configuration } from './configuration';
import { notes } from './notes';
import { stringify } from './toml';

/** What all machines open together, by the variable that says where. */
const connections = (deployable: Deployable, machines: number): Record<string, number> =>
  Object.fromEntries(
    facetsUsed(deployable, deployable.system.workloads.api).flatMap(({ slot, variables }) => {
      const dependency = deployable.system.dependencies[slot];
      const url = variables.find((variable) => 'secret' in variable);
      return dependency?.kind === 'postgres' && url ? [[url.name, machines * connectionsOfProcess(dependency)]] : [];
    }),
  );

/** fly.toml of a system in one environment. Only after flyFindings found nothing. */
export const flyFile = (deployable: Deployable, row: FlyRow): string => {
  const { content, release } = configuration(deployable, row);
  const secrets = secretVariables(apiVariables(deployable));
  const named = (optional: boolean) => secrets.filter(({ secret }) => (secret.optional ?? false) === optional).map(({ name }) => name);
  const machines = bounds(deployable.system.workloads.api.scale).max;
  const told = notes({
    row,
    machines,
    connections: connections(deployable, machines),
    needed: [...named(false), ...release.secrets],
    optional: named(true),
  });
  return `${header}${told}\n\n${stringify(content)}`;
};
