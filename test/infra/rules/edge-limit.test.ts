import { edgeLimit } from '../../../infra/rules/edge-limit';
import { edgeKinds, entrance } from '../support/exposures';
import { changed, itellicoApi, stacks } from '../support/stacks';
import { findingsOf, worldOf } from '../support/world';

const edge = (kind: string, more: Record<string, unknown> = {}) =>
  changed(itellicoApi, { workloads: { api: { exposure: { kind, ...entrance, ...more } } } });

describe('EDGE-LIMIT', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(edgeLimit, worldOf(stacks, environment))).toEqual([]);
  });

  test.each(['gateway', 'alb'])('warns that %s limits nobody', (kind) => {
    expect(findingsOf(edgeLimit, worldOf([edge(kind)]))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'workloads.api.exposure.requestsPerMinute',
        got: `100 at an edge of kind "${kind}", which limits nobody here`,
        allowed: 'nginx, or traefik where its custom resources are; the limit of the service itself holds everywhere',
        fix: 'Leave it out, or limit at the edge by other means, such as a rate-based rule of a web ACL.',
      },
    ]);
  });

  test('warns of Traefik where its custom resources are not, and nowhere else', () => {
    expect(findingsOf(edgeLimit, worldOf([edge('traefik')], 'development'))).toHaveLength(1);
    expect(findingsOf(edgeLimit, worldOf([edge('traefik')]))).toEqual([]);
  });

  test.each(edgeKinds)('has nothing to say of %s when nobody asks for a limit', (kind) => {
    expect(findingsOf(edgeLimit, worldOf([edge(kind, { requestsPerMinute: undefined })]))).toEqual([]);
  });
});
