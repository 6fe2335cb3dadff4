import { placeOf } from '../model/deployable';
import { edgesInUse, told } from './edges';
import { admitted } from './reachable';
import { objectPath, type Rule } from './rule';

export const dependencyIngress: Rule = {
  code: 'NP-DEP-INGRESS',
  title: 'What a workload uses lets it in',
  why: 'The sender may send, the receiver does not listen to it: the call times out all the same.',
  severity: 'error',
  reads: 'world',
  *check({ deployables, objects }) {
    for (const { deployable, workload, pod, slot, edge } of edgesInUse(deployables, objects)) {
      const { namespace } = deployable;
      if (edge.to.kind !== 'pods') continue;
      const receiver = { namespace: edge.to.namespace ?? namespace, labels: edge.to.labels };
      if (admitted(objects, receiver, { namespace, labels: pod.labels }, edge.port)) continue;
      yield {
        at: placeOf(deployable),
        path: `workloads.${workload}.uses (${slot})`,
        got: `no network policy of ${told(edge)} lets ${objectPath(pod.object)} in`,
        allowed: 'an ingress rule at the other end of every edge, where a policy isolates it',
        fix: 'Add the sender to the policy of the dependency; a default deny asks for both ends.',
      };
    }
  },
};
