import { demandAtMost, demandOfContainer } from './demand';
import { containersOf, namespaceOf, type Objects } from './objects';
import { amountOf } from './quantities';
import { objectPath, type Rule } from './rule';

interface Spec {
  hard?: Record<string, string | number>;
  scopes?: string[];
  scopeSelector?: unknown;
}

/** `cpu` and `memory` are short for what is requested. */
const nameOf = (hard: string): string => (hard === 'cpu' || hard === 'memory' ? `requests.${hard}` : hard);

const rounded = (value: number): number => Number(value.toFixed(3));

/** Containers that do not say what the quota counts, nor does a LimitRange for them: the namespace refuses their pods. */
const unsaid = (objects: Objects, namespace: string, hard: readonly string[]): string[] => {
  const counted = hard.map(nameOf).filter((name) => /^(requests|limits)\.(cpu|memory)$/.test(name));
  return objects.podsWithin(namespace).flatMap((pod) =>
    containersOf(pod).flatMap((container) => {
      const said = demandOfContainer(objects, namespace, container);
      const missing = counted.filter((name) => said[name] === undefined);
      return missing.length > 0 ? [`${objectPath(pod.object)} ${container.name} without ${missing.join(', ')}`] : [];
    }),
  );
};

export const quotaFit: Rule = {
  code: 'QUOTA-FIT',
  title: 'Everything at its most fits the quota of its namespace',
  why: 'The rollout hangs, or the autoscaler does, exactly at peak.',
  severity: 'error',
  reads: 'objects',
  *check(objects) {
    for (const quota of objects.of('ResourceQuota')) {
      const { hard = {}, scopes, scopeSelector } = (quota.spec ?? {}) as Spec;
      // One with a scope counts some pods only.
      if (scopes || scopeSelector) continue;
      const at = namespaceOf(quota);
      const demand = demandAtMost(objects, at);
      for (const [name, limit] of Object.entries(hard)) {
        const needs = rounded(demand[nameOf(name)] ?? 0);
        if (needs <= amountOf(limit)) continue;
        yield {
          at,
          path: `${objectPath(quota)} ${name}`,
          got: String(limit),
          allowed: `${needs} or more: all replicas, a rollout's surge, Jobs and servers`,
          fix: 'Raise the quota, or lower the most replicas or what each requests.',
        };
      }
      const missing = unsaid(objects, at, Object.keys(hard));
      if (missing.length === 0) continue;
      yield {
        at,
        path: objectPath(quota),
        got: missing.join('; '),
        allowed: 'containers that say each resource which the quota counts, or a LimitRange that says it for them',
        fix: 'Give the containers their requests and limits.',
      };
    }
  },
};
