import { clusters } from '../../../infra/clusters';
import { crdPresent } from '../../../infra/rules/crd-present';
import { object } from '../support/small-objects';
import { itellicoApi, stacks } from '../support/stacks';
import { findingsOf, worldOf } from '../support/world';

const withObject = (apiVersion: string, kind: string, metadata: object = { namespace: 'itellico-mono' }) =>
  worldOf([itellicoApi], 'production', (objects) => [...objects, object(kind, 'added', { metadata }, apiVersion)]);

const onCluster = (crds: string[]) => {
  const { deployables, objects } = worldOf([itellicoApi]);
  const cluster = { ...clusters.production, crds: clusters.production.crds.filter((group) => crds.includes(group)) };
  return { objects, deployables: deployables.map((deployable) => ({ ...deployable, cluster })) };
};

describe('CRD-PRESENT', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(crdPresent, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a custom resource that the cluster does not know', () => {
    expect(findingsOf(crdPresent, withObject('keda.sh/v1alpha1', 'ScaledObject'))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'ScaledObject/added',
        got: 'keda.sh/v1alpha1',
        allowed:
          'built-in kinds, and those of cert-manager.io, external-secrets.io, gateway.networking.k8s.io, monitoring.coreos.com, postgresql.cnpg.io, traefik.io',
        fix: 'Choose what needs no keda.sh, or install it and name it in the row production of infra/clusters.ts.',
      },
    ]);
  });

  test('finds every object of a group that is taken from the cluster', () => {
    const kinds = (...crds: string[]) => new Set(findingsOf(crdPresent, onCluster(crds)).map(({ path }) => path.split('/')[0]));
    expect(kinds('external-secrets.io', 'monitoring.coreos.com')).toEqual(new Set(['Cluster', 'Pooler']));
    expect(kinds('external-secrets.io', 'postgresql.cnpg.io')).toEqual(new Set(['ServiceMonitor', 'PodMonitor', 'PrometheusRule']));
    expect(findingsOf(crdPresent, onCluster([]))).toContainEqual(
      expect.objectContaining({ path: 'Cluster/postgresql', allowed: 'built-in kinds, and those of no other group' }),
    );
  });

  test('finds one that is in no namespace', () => {
    expect(findingsOf(crdPresent, withObject('kyverno.io/v1', 'ClusterPolicy', { namespace: undefined }))).toMatchObject([
      { at: 'production.itellico-api', path: 'ClusterPolicy/added' },
    ]);
  });

  test('knows which groups of k8s.io are custom, and which are built in', () => {
    const says = (apiVersion: string) => findingsOf(crdPresent, withObject(apiVersion, 'Anything')).length;
    for (const custom of ['policy.networking.k8s.io/v1alpha1', 'snapshot.storage.k8s.io/v1', 'autoscaling.k8s.io/v1'])
      expect(says(custom)).toBe(1);
    for (const known of [
      'v1',
      'apps/v1',
      'networking.k8s.io/v1',
      'rbac.authorization.k8s.io/v1',
      'cert-manager.io/v1',
      'gateway.networking.k8s.io/v1',
    ])
      expect(says(known)).toBe(0);
  });
});
