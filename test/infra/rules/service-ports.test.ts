import { servicePorts } from '../../../infra/rules/service-ports';
import { deployment, findingsIn, object } from '../support/small-objects';
import { itellicoApi, restApi, stacks } from '../support/stacks';
import { find, findingsOf, worldOf } from '../support/world';

interface Spec {
  selector: Record<string, string>;
  ports: { port: number; targetPort?: number | string }[];
}

const changedService = (change: (spec: Spec) => void, stack = itellicoApi, name = 'api') =>
  worldOf([stack], 'production', (objects) => {
    change(find(objects, 'Service', name).spec as Spec);
    return objects;
  });

const service = (ports: object[], selector: object | undefined = { app: 'web' }, more: object = {}) =>
  object('Service', 'web', { spec: { selector, ports, ...more } });

const open = (...ports: object[]) => deployment('web', { container: { ports } });

describe('SVC-PORT', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(servicePorts, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a target that no container opens', () => {
    const world = changedService(({ ports }) => {
      if (ports[0]) ports[0].targetPort = 3000;
    });
    expect(findingsOf(servicePorts, world)).toEqual([
      {
        at: 'itellico-mono',
        path: 'Service/api port 3001',
        got: 'target port 3000 (TCP)',
        allowed: 'a port of Deployment/api: http 3001, metrics 9091',
        fix: 'Target the name or number of a container port; a Job or server must not share the labels of the API.',
      },
    ]);
  });

  test('finds a misspelt name, and that without a target the port of the Service counts', () => {
    const misspelt = changedService(({ ports }) => {
      if (ports[1]) ports[1].targetPort = 'metric';
    });
    expect(findingsOf(servicePorts, misspelt)).toMatchObject([{ path: 'Service/api port 9091', got: 'target port metric (TCP)' }]);
    const without = changedService(
      ({ ports }) => {
        if (ports[0]) delete ports[0].targetPort;
      },
      restApi,
      'api-service',
    );
    expect(findingsOf(servicePorts, without)).toMatchObject([{ path: 'Service/api-service port 80', got: 'target port 80 (TCP)' }]);
  });

  test('finds a selector that no pod has', () => {
    const world = changedService((spec) => {
      spec.selector = { app: 'apu' };
    });
    expect(findingsOf(servicePorts, world)).toMatchObject([
      {
        path: 'Service/api selector',
        got: '{"app":"apu"}',
        allowed: 'labels of pods in this namespace',
        fix: 'Select the labels of the pod template.',
      },
    ]);
  });

  test('finds that a Service leads to the migration, too', () => {
    const world = changedService((spec) => {
      spec.selector = { 'app.kubernetes.io/part-of': 'itellico-api' };
    });
    const allowed = findingsOf(servicePorts, world).map((finding) => finding.allowed);
    expect(allowed).toContainEqual(expect.stringMatching(/^a port of Job\/api-migrate-.*: none$/));
    expect(allowed).toContainEqual(expect.stringMatching(/^a port of StatefulSet\/redis: redis 6379$/));
  });

  test('finds a port of the other protocol', () => {
    expect(findingsIn(servicePorts, service([{ port: 53, protocol: 'UDP' }]), open({ name: 'dns', containerPort: 53 }))).toMatchObject([
      { got: 'target port 53 (UDP)', allowed: 'a port of Deployment/web: dns 53' },
    ]);
    expect(findingsIn(servicePorts, service([{ port: 53 }]), open({ containerPort: 53, protocol: 'UDP' }))).toMatchObject([
      { got: 'target port 53 (TCP)', allowed: 'a port of Deployment/web: 53 UDP' },
    ]);
  });

  test('counts the ports of a sidecar, and not those of an init container that is gone', () => {
    const init = (restartPolicy?: string) =>
      deployment('web', {
        container: { ports: [{ containerPort: 3000 }] },
        pod: { initContainers: [{ name: 'proxy', image: 'proxy:1', restartPolicy, ports: [{ containerPort: 8080 }] }] },
      });
    expect(findingsIn(servicePorts, service([{ port: 8080 }]), init('Always'))).toEqual([]);
    expect(findingsIn(servicePorts, service([{ port: 8080 }]), init())).toHaveLength(1);
  });

  test('says nothing of a number where pods declare no ports, but of a name', () => {
    expect(findingsIn(servicePorts, service([{ port: 80, targetPort: 3000 }]), deployment('web'))).toEqual([]);
    expect(findingsIn(servicePorts, service([{ port: 80, targetPort: 'http' }]), deployment('web'))).toHaveLength(1);
  });

  test('leaves alone what has no selector, what leads outside, and pods of an operator', () => {
    const cluster = object('Cluster', 'data', {}, 'postgresql.cnpg.io/v1');
    expect(findingsIn(servicePorts, object('Service', 'web', { spec: { ports: [{ port: 80 }] } }))).toEqual([]);
    expect(findingsIn(servicePorts, service([{ port: 80 }], { app: 'x' }, { type: 'ExternalName', externalName: 'a.example' }))).toEqual(
      [],
    );
    expect(findingsIn(servicePorts, service([{ port: 5432 }], { 'cnpg.io/cluster': 'data' }), cluster)).toEqual([]);
  });

  test("takes pods for an operator's only where an object of its group is in the namespace", () => {
    const elsewhere = object('Cluster', 'data', { metadata: { namespace: 'elsewhere' } }, 'postgresql.cnpg.io/v1');
    const built = object('Role', 'web', {}, 'rbac.authorization.k8s.io/v1');
    const says = (label: string) => findingsIn(servicePorts, service([{ port: 80 }], { [label]: 'x' }), elsewhere, built).length;
    for (const label of ['cnpg.io/cluster', 'k8s.io/name', 'app.kubernetes.io/name', 'app']) expect(says(label)).toBe(1);
    const here = object('Other', 'web', {}, 'notcnpg.io/v1');
    for (const label of ['cnpg.io/cluster', 'io'])
      expect(findingsIn(servicePorts, service([{ port: 80 }], { [label]: 'x' }), here)).toHaveLength(1);
  });
});
