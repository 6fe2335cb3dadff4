import type { EnvironmentName } from '../../../infra/environments';
import { everywhere, type SystemName, synthesized } from '../support/synthesized';

test.each<[EnvironmentName, SystemName, string]>([
  ['production', 'itellico-api', 'itellico-mono'],
  ['staging', 'itellico-api', 'itellico-mono-staging'],
  ['development', 'itellico-api', 'itellico-mono-development'],
  ['production', 'rest-api', 'rest-api'],
  ['staging', 'rest-api', 'rest-api-staging'],
  ['development', 'rest-api', 'rest-api-development'],
])('%s of %s is all in %s, whose Namespace comes first', (environment, system, namespace) => {
  const [first, ...others] = synthesized(environment, system).all;
  expect(first).toMatchObject({ kind: 'Namespace', metadata: { name: namespace } });
  expect(new Set(others.map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace]));
});

test.each(everywhere)('the namespace of %s %s takes no pod below restricted, as the version of its cluster defines it', (...where) => {
  expect(synthesized(...where).of('Namespace')[0]?.metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/enforce-version': 'v1.34',
    'pod-security.kubernetes.io/warn': 'restricted',
    'pod-security.kubernetes.io/audit': 'restricted',
  });
});

test('a namespace of somebody else gets no pod-security labels from us', () => {
  const labels = synthesized('production', 'rest-api', { namespace: { owned: false } }).of('Namespace')[0]?.metadata.labels ?? {};
  expect(Object.keys(labels).filter((label) => label.startsWith('pod-security'))).toEqual([]);
});

test('Argo CD never removes a namespace, since all data would go with it', () => {
  for (const [environment, system] of everywhere) {
    expect(synthesized(environment, system).of('Namespace')[0]?.metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    });
  }
});
