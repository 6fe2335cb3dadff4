import type { KubernetesObject } from '../../../infra/rules/objects';
import { at, named, synthesized } from '../support/synthesized';

const production = synthesized('production', 'itellico-api');

const waveOf = ({ metadata }: KubernetesObject): number => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);

test('servers come before the migration, the migration before the API, and what can hold up a wave comes last', () => {
  const waves = (...kinds: string[]) => new Set(kinds.flatMap((kind) => production.of(kind).map(waveOf)));
  expect(waves('Namespace', 'ConfigMap', 'NetworkPolicy', 'Cluster', 'Pooler', 'StatefulSet', 'ResourceQuota')).toEqual(new Set([0]));
  expect(waves('Job')).toEqual(new Set([1]));
  expect(waves('Deployment')).toEqual(new Set([2]));
  expect(waves('HorizontalPodAutoscaler', 'Ingress')).toEqual(new Set([3]));
});

test('PgBouncer takes what the service asks for when it connects', () => {
  expect(at(named(production, 'Pooler', 'postgresql-pooler'), 'spec.pgbouncer.parameters')).toEqual({
    default_pool_size: '40',
    max_client_conn: '450',
    max_prepared_statements: '200',
    ignore_startup_parameters: 'statement_timeout',
  });
});

test('the poolers have a budget, which their operator does not give them', () => {
  expect(at(named(production, 'PodDisruptionBudget', 'postgresql-pooler'), 'spec')).toEqual({
    maxUnavailable: 1,
    selector: { matchLabels: { 'cnpg.io/poolerName': 'postgresql-pooler' } },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});
