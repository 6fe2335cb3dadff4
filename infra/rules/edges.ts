import type { Slot } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import type { Edge } from '../model/facets';
import { facetsUsed } from '../model/variables';
import { serviceContainers } from './containers';
import type { Objects, PodOwner } from './objects';

/** One dependency of one workload, as the pods that need it and where it is. */
export interface EdgeInUse {
  deployable: Deployable;
  workload: string;
  pod: PodOwner;
  slot: Slot;
  edge: Edge;
}

/** Every edge that a stack says, with the pods that really run the workload. */
export const edgesInUse = (deployables: readonly Deployable[], objects: Objects): EdgeInUse[] =>
  serviceContainers(deployables, objects).flatMap(({ deployable, pod }) => {
    const workload = pod.object.kind === 'Job' ? 'migration' : 'api';
    return facetsUsed(deployable, deployable.system.workloads[workload]).flatMap(({ slot, egress }) =>
      egress.map((edge) => ({ deployable, workload, pod, slot, edge })),
    );
  });

/** An edge in words. */
export const told = ({ to, port }: Edge): string => {
  if (to.kind === 'addresses') return `${to.cidrs?.join(', ') ?? 'public addresses'}, port ${port}`;
  const labels = Object.entries(to.labels).map(([name, value]) => `${name}=${value}`);
  return `pods ${labels.join(',')}${to.namespace ? ` in ${to.namespace}` : ''}, port ${port}`;
};
