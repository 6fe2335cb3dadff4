import { edgeOf } from '../model/entrance';
import type { Rule } from './rule';

export const ingressRetired: Rule = {
  code: 'ING-RETIRED',
  title: 'The way in has a controller that is still looked after',
  why: 'ingress-nginx gets no release and no security fix since March 2026.',
  severity: 'warning',
  reads: 'world',
  *check({ deployables }) {
    for (const deployable of deployables) {
      if (edgeOf(deployable)?.kind !== 'nginx') continue;
      yield {
        // Without its environment, so that it is told once.
        at: deployable.system.name,
        path: 'workloads.api.exposure.kind',
        got: '"nginx": ingress-nginx was retired in March 2026 and gets no security fixes',
        allowed: '"gateway", "traefik" or "alb"',
        fix: `Change the kind in infra/stacks/${deployable.system.name}.ts: all else of the exposure may stay.`,
      };
    }
  },
};
