import type { EnvironmentName } from '../../../../infra/environments';
import type { Stack } from '../../../../infra/model/stack';
import type { Exposure, System } from '../../../../infra/model/system';
import { checkAll } from '../../../../infra/rules';
import { edgeKinds, entrance } from '../../support/exposures';
import { itellicoApi, stacks } from '../../support/stacks';
import { worldOf } from '../../support/world';

/** The stack with another way in, in every environment, and nothing else changed. */
const switched = (stack: Stack, exposure: Exposure): Stack => {
  const to = <T extends Partial<System>>(part: T): T => ({
    ...part,
    workloads: { ...part.workloads, api: { ...part.workloads?.api, exposure } },
  });
  return {
    base: to(stack.base),
    development: to(stack.development as never),
    staging: to(stack.staging as never),
    production: to(stack.production as never),
  };
};

const errorsOf = (stack: Stack, environment: EnvironmentName): string[] =>
  checkAll(worldOf([stack], environment)).flatMap(({ rule, path }) => (rule.severity === 'error' ? [`${rule.code} ${path}`] : []));

const named = stacks.map((stack): [string, Stack] => [stack.base.name, stack]);

describe.each(named)('%s takes every way in by one line', (_, stack) => {
  test.each(edgeKinds)('%s in production and staging', (kind) => {
    for (const environment of ['production', 'staging'] as const) {
      expect(errorsOf(switched(stack, { kind, ...entrance }), environment)).toEqual([]);
    }
  });

  test.each(['nginx', 'traefik', 'alb'] as const)('%s in development', (kind) => {
    expect(errorsOf(switched(stack, { kind, ...entrance }), 'development')).toEqual([]);
  });

  test('a port of the nodes in development', () => {
    expect(errorsOf(switched(stack, { kind: 'nodePort', port: 30_081 }), 'development')).toEqual([]);
  });

  test('none at all', () => {
    for (const environment of ['production', 'staging', 'development'] as const) {
      expect(errorsOf(switched(stack, { kind: 'none' }), environment)).toEqual([]);
    }
  });

  test('but not the Gateway API where the cluster does not have it', () => {
    const codes = errorsOf(switched(stack, { kind: 'gateway', ...entrance }), 'development').map((text) => text.split(' ')[0]);
    expect(new Set(codes)).toEqual(new Set(['CRD-PRESENT']));
  });
});

test('the line is the kind alone: what itellico asks of nginx, every other edge takes as it is', () => {
  const { exposure } = itellicoApi.base.workloads.api;
  for (const kind of edgeKinds) expect(errorsOf(switched(itellicoApi, { ...exposure, kind } as Exposure), 'production')).toEqual([]);
});
