import { placeOf } from '../model/deployable';
import type { Edge } from '../model/facets';
import { facetsUsed } from '../model/variables';
import type { Objects } from './objects';
import { reaches } from './reachable';
import type { Rule } from './rule';

const told = ({ to, port }: Edge): string => {
  if (to.kind === 'addresses') return `${to.cidrs?.join(', ') ?? 'public addresses'}, port ${port}`;
  const labels = Object.entries(to.labels).map(([name, value]) => `${name}=${value}`);
  return `pods ${labels.join(',')}${to.namespace ? ` in ${to.namespace}` : ''}, port ${port}`;
};

const labelsOf = (objects: Objects, namespace: string, image: string) =>
  objects.pods.filter(
    ({ object, spec }) => object.metadata.namespace === namespace && spec.containers.some((container) => container.image.startsWith(image)),
  );

export const dependencyEgress: Rule = {
  code: 'NP-DEP-EGRESS',
  title: 'Network policies let every workload reach what it uses',
  why: 'The variable is set, the pod starts, and every call times out.',
  severity: 'error',
  reads: 'world',
  *check({ deployables, objects }) {
    for (const deployable of deployables) {
      const { system, namespace } = deployable;
      for (const [name, workload] of Object.entries(system.workloads)) {
        const ofMigration = name === 'migration';
        for (const pod of labelsOf(objects, namespace, `${system.image.repository}:`)) {
          if ((pod.object.kind === 'Job') !== ofMigration) continue;
          for (const { slot, egress } of facetsUsed(deployable, workload)) {
            for (const edge of egress) {
              if (reaches(objects, namespace, pod.labels, edge)) continue;
              yield {
                at: placeOf(deployable),
                path: `workloads.${name}.uses (${slot})`,
                got: `no network policy of ${pod.object.kind}/${pod.object.metadata.name} lets it reach ${told(edge)}`,
                allowed: 'an egress rule for every dependency that a workload uses',
                fix: 'Add the edge to the policy, or take the dependency out of uses.',
              };
            }
          }
        }
      }
    }
  },
};
