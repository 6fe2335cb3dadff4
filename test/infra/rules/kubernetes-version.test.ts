import { clusters } from '../../../infra/clusters';
import { kubernetesVersion } from '../../../infra/rules/kubernetes-version';
import type { KubernetesObject } from '../../../infra/rules/objects';
import { object } from '../support/small-objects';
import { itellicoApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

const changed = (change: (objects: KubernetesObject[]) => unknown) =>
  worldOf([itellicoApi], 'production', (objects) => {
    change(objects);
    return objects;
  });

const added = (apiVersion: string, kind: string, fields: Record<string, unknown> = {}) =>
  changed((objects) => objects.push(object(kind, 'added', { metadata: { namespace: 'itellico-mono' }, ...fields }, apiVersion)));

const on = (kubernetes: `1.${number}`) => {
  const { deployables, objects } = worldOf([itellicoApi]);
  return { objects, deployables: deployables.map((deployable) => ({ ...deployable, cluster: { ...clusters.production, kubernetes } })) };
};

const podOf = (objects: KubernetesObject[]) =>
  (find(objects, 'Deployment', 'api').spec as { template: { spec: Record<string, unknown> } }).template.spec;

describe('K8S-VERSION', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(kubernetesVersion, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a field that is newer than the cluster', () => {
    const world = changed((objects) =>
      Object.assign(containerOf(find(objects, 'Deployment', 'api')), { lifecycle: { stopSignal: 'SIGUSR1' } }),
    );
    expect(findingsOf(kubernetesVersion, world)).toEqual([
      {
        at: 'production.itellico-api',
        path: 'Deployment/api lifecycle.stopSignal',
        got: 'a field of Kubernetes 1.36',
        allowed: 'fields of 1.34, the version of cluster production',
        fix: 'Leave the field out, or raise the version in infra/clusters.ts once the cluster has it.',
      },
    ]);
  });

  test('finds an API that is no longer served', () => {
    expect(findingsOf(kubernetesVersion, added('policy/v1beta1', 'PodDisruptionBudget'))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'PodDisruptionBudget/added',
        got: 'policy/v1beta1',
        allowed: 'an API that Kubernetes 1.34 serves; this one ended with 1.25',
        fix: 'Use the stable version of the API.',
      },
    ]);
    expect(findingsOf(kubernetesVersion, added('apps/v1beta2', 'Deployment'))).toMatchObject([{ got: 'apps/v1beta2' }]);
    const ended = (kubernetes: `1.${number}`) => {
      const { objects } = added('autoscaling/v2beta2', 'HorizontalPodAutoscaler');
      return findingsOf(kubernetesVersion, { objects, deployables: on(kubernetes).deployables }).filter(
        ({ got }) => got === 'autoscaling/v2beta2',
      );
    };
    expect(ended('1.26')).toHaveLength(1);
    expect(ended('1.25')).toEqual([]);
  });

  test('finds within our own output what an older cluster lacks', () => {
    const fields = (kubernetes: `1.${number}`) => findingsOf(kubernetesVersion, on(kubernetes)).map(({ path }) => path);
    expect(fields('1.29')).toContain('Deployment/api lifecycle.preStop.sleep');
    expect(fields('1.26')).toContain('PodDisruptionBudget/api-pdb spec.unhealthyPodEvictionPolicy');
    expect(fields('1.30')).toEqual([]);
  });

  test('finds it in a namespaceless object, too', () => {
    const world = added('rbac.authorization.k8s.io/v1beta1', 'ClusterRole', { metadata: { namespace: undefined } });
    expect(findingsOf(kubernetesVersion, world)).toMatchObject([{ path: 'ClusterRole/added' }]);
  });

  test('takes a field of exactly the version of the cluster', () => {
    const world = changed((objects) => Object.assign(podOf(objects), { hostUsers: false }));
    expect(findingsOf(kubernetesVersion, world)).toEqual([]);
    const older = { ...world, deployables: on('1.32').deployables };
    expect(findingsOf(kubernetesVersion, older)).toMatchObject([{ path: 'Deployment/api hostUsers', got: 'a field of Kubernetes 1.33' }]);
  });

  test('says nothing of a custom resource that has a field of the same name', () => {
    const custom = added('postgresql.cnpg.io/v1', 'Cluster', { spec: { lifecycle: { stopSignal: 'SIGINT' } } });
    expect(findingsOf(kubernetesVersion, custom)).toEqual([]);
  });
});
