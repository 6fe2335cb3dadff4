import { ingressRetired } from '../../../infra/rules/ingress-retired';
import { synthesize } from '../../../infra/synthesize';
import { entrance } from '../support/exposures';
import { changed, itellicoApi, releases, restApi } from '../support/stacks';
import { findingsOf, worldOf } from '../support/world';

describe('ING-RETIRED', () => {
  test('warns of an edge of ingress-nginx', () => {
    expect(findingsOf(ingressRetired, worldOf([itellicoApi]))).toEqual([
      {
        at: 'itellico-api',
        path: 'workloads.api.exposure.kind',
        got: '"nginx": ingress-nginx was retired in March 2026 and gets no security fixes',
        allowed: '"gateway", "traefik" or "alb"',
        fix: 'Change the kind in infra/stacks/itellico-api.ts: all else of the exposure may stay.',
      },
    ]);
  });

  test.each(['traefik', 'gateway', 'alb'])('has nothing to say of %s', (kind) => {
    const stack = changed(itellicoApi, { workloads: { api: { exposure: { kind, ...entrance } } } });
    expect(findingsOf(ingressRetired, worldOf([stack]))).toEqual([]);
  });

  test('has nothing to say of a system without an edge', () => {
    const stack = changed(itellicoApi, { workloads: { api: { exposure: { kind: 'none' } } } });
    expect(findingsOf(ingressRetired, worldOf([stack]))).toEqual([]);
  });

  test('is told once for a system, however many environments it has, and stops nothing', () => {
    const { errors, warnings } = synthesize([itellicoApi, restApi], releases);
    expect(errors).toEqual([]);
    expect(warnings.filter((warning) => warning.startsWith('[ING-RETIRED] itellico-api.'))).toHaveLength(1);
  });
});
