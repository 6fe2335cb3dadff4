import type { Slot } from '../../model/dependency';
import { type Deployable, placeOf } from '../../model/deployable';
import type { Finding } from '../../model/finding';
import { facetsUsed } from '../../model/variables';
import type { FlyRow } from '../rows';
import { machineSize } from './machine';

type Wrong = Pick<Finding, 'path' | 'got' | 'allowed'>;

/** Variables that say where a server is. */
const place = /_(HOST|ADDRESS|ENDPOINT)$/;

/** Servers of the cluster whose place stands in a plain variable: a URL is a secret, and says on Fly where the server is there. */
function* unreachable(deployable: Deployable): Iterable<Wrong> {
  const { system } = deployable;
  for (const { slot, variables } of facetsUsed(deployable, system.workloads.api)) {
    const location = system.dependencies[slot as Slot]?.location;
    const named = variables.find((variable) => 'value' in variable && place.test(variable.name));
    if (!location || location.kind === 'external' || !named) continue;
    yield {
      path: `dependencies.${slot}.location.kind`,
      got: `"${location.kind}", and ${named.name} says where`,
      allowed: '"external", or a spelling as one URL, which is a secret',
    };
  }
}

/** What fly.toml cannot say about a system. */
export const flyFindings = (deployable: Deployable, { file }: FlyRow): Finding[] => {
  const { system } = deployable;
  const { resources } = system.workloads.api;
  const wrong: Wrong[] = [
    ...unreachable(deployable),
    ...(system.file ? [{ path: 'file', got: 'a configuration file', allowed: 'variables under config alone' }] : []),
    ...(machineSize(resources)
      ? []
      : [
          {
            path: 'workloads.api.resources',
            got: `${resources.cpu} and ${resources.limits.memory}`,
            allowed: 'at most 16 cores and 128Gi, the largest machine',
          },
        ]),
  ];
  return wrong.map(({ path, got, allowed }) => ({
    at: placeOf(deployable),
    path,
    got,
    allowed: `${allowed}, for service/${file}`,
    fix: `Change it in infra/stacks/${system.name}.ts, or take the system out of infra/targets/rows.ts.`,
  }));
};
