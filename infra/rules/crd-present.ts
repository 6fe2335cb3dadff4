import { groupOf, isCustom } from './operators';
import { objectPath, placeOfObject, type Rule, systemOf } from './rule';

export const crdPresent: Rule = {
  code: 'CRD-PRESENT',
  title: 'Every custom resource has its definition and controller in the cluster',
  why: 'kubectl refuses the whole file, or the object lies there and nobody acts on it.',
  severity: 'error',
  reads: 'world',
  *check(world) {
    for (const object of world.objects.all) {
      const system = systemOf(world, object);
      const group = groupOf(object);
      if (!system || !isCustom(object) || system.cluster.crds.some((known) => known === group)) continue;
      yield {
        at: placeOfObject(world, object),
        path: objectPath(object),
        got: object.apiVersion,
        allowed: `built-in kinds, and those of ${system.cluster.crds.join(', ') || 'no other group'}`,
        fix: `Choose what needs no ${group}, or install it and name it in the row ${system.environment.cluster} of infra/clusters.ts.`,
      };
    }
  },
};
