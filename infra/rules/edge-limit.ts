import { hasCrds, placeOf } from '../model/deployable';
import { edgeOf } from '../model/entrance';
import type { Rule } from './rule';

export const edgeLimit: Rule = {
  code: 'EDGE-LIMIT',
  title: 'An edge that is asked to limit clients can',
  why: 'What exceeds the limit reaches the pods: they answer 429, and pay for it.',
  severity: 'warning',
  reads: 'world',
  *check({ deployables }) {
    for (const deployable of deployables) {
      const edge = edgeOf(deployable);
      if (!edge?.requestsPerMinute || edge.kind === 'nginx') continue;
      if (edge.kind === 'traefik' && hasCrds(deployable, 'traefik.io')) continue;
      yield {
        at: placeOf(deployable),
        path: 'workloads.api.exposure.requestsPerMinute',
        got: `${edge.requestsPerMinute} at an edge of kind "${edge.kind}", which limits nobody here`,
        allowed: 'nginx, or traefik where its custom resources are; the limit of the service itself holds everywhere',
        fix: 'Leave it out, or limit at the edge by other means, such as a rate-based rule of a web ACL.',
      };
    }
  },
};
