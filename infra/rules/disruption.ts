import { type KubernetesObject, namespaceOf, type Objects, type PodOwner } from './objects';
import { areMadeByOperator } from './operators';
import { objectPath, type Rule } from './rule';
import { type LabelSelector, selects } from './selectors';
import { replicasOf } from './workloads';

interface Spec {
  minAvailable?: number | string;
  maxUnavailable?: number | string;
  selector?: LabelSelector;
}

const specOf = (budget: KubernetesObject): Spec => (budget.spec ?? {}) as Spec;

/** A number, or the share of a percentage, rounded as Kubernetes rounds it: up. */
const count = (value: number | string, of: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) / 100) * of);

/** How many of so many pods may go. Without either field Kubernetes lets none go. */
const allowedOf = ({ minAvailable, maxUnavailable }: Spec, least: number): number =>
  minAvailable === undefined ? count(maxUnavailable ?? 0, least) : least - count(minAvailable, least);

/** No selector selects nothing, an empty one every pod of the namespace. */
const selectedBy = (objects: Objects, budget: KubernetesObject): PodOwner[] => {
  const { selector } = specOf(budget);
  return selector ? objects.podsWithin(namespaceOf(budget)).filter(({ labels }) => selects(selector, labels)) : [];
};

export const disruption: Rule = {
  code: 'PDB-DRAIN',
  title: 'A disruption budget lets at least one pod go, of exactly one workload',
  why: 'A node can never be drained: an upgrade of the cluster hangs.',
  severity: 'error',
  reads: 'objects',
  *check(objects) {
    const budgets = objects.of('PodDisruptionBudget');
    for (const budget of budgets) {
      const spec = specOf(budget);
      const at = namespaceOf(budget);
      const pods = selectedBy(objects, budget);
      const [pod] = pods;
      if (!pod && areMadeByOperator(objects, at, spec.selector?.matchLabels ?? {})) continue;
      if (!pod || pods.length > 1) {
        yield {
          at,
          path: `${objectPath(budget)} selector`,
          got: pods.length === 0 ? 'no workload' : pods.map(({ object }) => objectPath(object)).join(', '),
          allowed: 'exactly one workload',
          fix: 'Select the labels of the one workload that the budget is for.',
        };
        continue;
      }
      const other = budgets.find((another) => another !== budget && selectedBy(objects, another).includes(pod));
      if (other) {
        yield {
          at,
          path: `${objectPath(budget)} selector`,
          got: `${objectPath(pod.object)}, which ${objectPath(other)} selects as well`,
          allowed: 'one budget for each pod: with two, no eviction is ever let through',
          fix: 'Keep one of the two.',
        };
      }
      const { least } = replicasOf(objects, pod);
      const allowed = allowedOf(spec, least);
      // Draining leaves the pods of a DaemonSet alone, and no pods stop nobody.
      if (pod.object.kind === 'DaemonSet' || least === 0 || allowed >= 1) continue;
      yield {
        at,
        path: objectPath(budget),
        got: `${allowed} of at least ${least} pods may go`,
        allowed: 'one or more',
        fix: least > 1 ? `Use maxUnavailable: 1, or a minAvailable below ${least}.` : 'Run two pods or more, or leave the budget out.',
      };
    }
  },
};
