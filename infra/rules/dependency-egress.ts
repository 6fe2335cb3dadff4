import { placeOf } from '../model/deployable';
import { edgesInUse, told } from './edges';
import { reaches } from './reachable';
import { objectPath, type Rule } from './rule';

export const dependencyEgress: Rule = {
  code: 'NP-DEP-EGRESS',
  title: 'Network policies let every workload reach what it uses',
  why: 'The variable is set, the pod starts, and every call times out.',
  severity: 'error',
  reads: 'world',
  *check({ deployables, objects }) {
    for (const { deployable, workload, pod, slot, edge } of edgesInUse(deployables, objects)) {
      if (reaches(objects, { namespace: deployable.namespace, labels: pod.labels }, edge)) continue;
      yield {
        at: placeOf(deployable),
        path: `workloads.${workload}.uses (${slot})`,
        got: `no network policy of ${objectPath(pod.object)} lets it reach ${told(edge)}`,
        allowed: 'an egress rule for every dependency that a workload uses',
        fix: 'Add the edge to the policy, or take the dependency out of uses.',
      };
    }
  },
};
