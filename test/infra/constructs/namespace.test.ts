import type { EnvironmentName } from '../../../infra/environments';
import { everywhere, type SystemName, synthesized } from '../support/synthesized';

const namespaces: [SystemName, string][] = [
  ['itellico-api', 'itellico-mono'],
  ['pet-backend', 'pet-backend'],
  ['rest-api', 'rest-api'],
  ['temporal-api', 'temporal'],
  ['todo-backend', 'todo-chatbot'],
];

test.each<[EnvironmentName, SystemName, string]>(
  namespaces.flatMap(([system, name]): [EnvironmentName, SystemName, string][] => [
    ['production', system, name],
    ['staging', system, `${name}-staging`],
    ['development', system, `${name}-development`],
  ]),
)('%s of %s is all in %s, whose Namespace comes first', (environment, system, namespace) => {
  const [first, ...others] = synthesized(environment, system).all;
  expect(first).toMatchObject({ kind: 'Namespace', metadata: { name: namespace } });
  expect(new Set(others.map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace]));
});

const owned = everywhere.filter(([, system]) => system !== 'temporal-api');

test.each(owned)('the namespace of %s %s takes no pod below restricted, as the version of its cluster defines it', (...where) => {
  expect(synthesized(...where).of('Namespace')[0]?.metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/enforce-version': 'v1.34',
    'pod-security.kubernetes.io/warn': 'restricted',
    'pod-security.kubernetes.io/audit': 'restricted',
  });
});

test.each(['development', 'staging', 'production'] as const)(
  'the namespace of Temporal gets no pod-security labels from us in %s',
  (environment) => {
    const labels = synthesized(environment, 'temporal-api').of('Namespace')[0]?.metadata.labels ?? {};
    expect(Object.keys(labels).filter((label) => label.startsWith('pod-security'))).toEqual([]);
  },
);

test('Argo CD never removes a namespace, since all data would go with it', () => {
  for (const [environment, system] of everywhere) {
    expect(synthesized(environment, system).of('Namespace')[0]?.metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    });
  }
});
