import type { Edge } from '../../../infra/model/entrance';
import type { Difference } from '../../../infra/model/stack';
import type { Entrance, Exposure, System } from '../../../infra/model/system';

export const edgeKinds = ['nginx', 'traefik', 'gateway', 'alb'] as const satisfies readonly Edge['kind'][];

/** What an engineer says of any edge; the origins are those of the stack. */
export const entrance: Entrance = {
  host: 'api.example.com',
  body: '55Mi',
  timeoutSeconds: 120,
  requestsPerMinute: 100,
  cors: { methods: ['GET', 'POST', 'OPTIONS'], headers: ['Content-Type', 'Authorization'] },
};

/** A stack's difference: this way in. */
export const reachedBy = (exposure: Exposure): Difference<System> => ({ workloads: { api: { exposure } } });
