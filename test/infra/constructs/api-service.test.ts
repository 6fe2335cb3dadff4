import { at, deployableOf, everywhere, named, synthesized } from '../support/synthesized';

test('itellico-api answers on 3001 and 9091 and keeps a client at one pod for three hours', () => {
  expect(named(synthesized('production', 'itellico-api'), 'Service', 'api').spec).toEqual({
    type: 'ClusterIP',
    selector: { app: 'api' },
    ports: [
      { name: 'http', port: 3001, targetPort: 'http', protocol: 'TCP' },
      { name: 'metrics', port: 9091, targetPort: 'metrics', protocol: 'TCP' },
    ],
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
  });
});

test('rest-api stands behind port 80 of api-service, without affinity', () => {
  const service = named(synthesized('production', 'rest-api'), 'Service', 'api-service');
  expect(at(service, 'spec.ports')).toContainEqual({ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' });
  expect(service.spec).not.toHaveProperty('sessionAffinity');
});

test.each(everywhere)('no Service of %s %s opens a port on nodes or at a load balancer unless its stack says so', (environment, system) => {
  const { kind } = deployableOf(environment, system).system.workloads.api.exposure;
  const services = synthesized(environment, system)
    .of('Service')
    .filter((service) => kind !== 'nodePort' || at(service, 'spec.type') !== 'NodePort');
  expect(services.length).toBeGreaterThan(0);
  expect(new Set(services.map((service) => at<string | undefined>(service, 'spec.type') ?? 'ClusterIP'))).toEqual(new Set(['ClusterIP']));
});

test.each(everywhere)('every named target port of %s %s is a port of the pods that are selected', (environment, system) => {
  const objects = synthesized(environment, system);
  for (const service of objects.of('Service')) {
    const selector = at<Record<string, string>>(service, 'spec.selector');
    const selected = objects.pods.filter(({ labels }) => Object.entries(selector).every(([key, value]) => labels[key] === value));
    expect(selected).toHaveLength(1);
    const open = selected.flatMap(({ spec }) => spec.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name)));
    const wanted = at<{ targetPort: string }[]>(service, 'spec.ports').map(({ targetPort }) => targetPort);
    expect(open).toEqual(expect.arrayContaining(wanted));
  }
});
