import { synthesize } from '../../../../infra/synthesize';
import { reachedBy } from '../../support/exposures';
import { mayReceive } from '../../support/network';
import { changedProduction, releases, restApi } from '../../support/stacks';
import { at, named, synthesized } from '../../support/synthesized';

const development = synthesized('development', 'rest-api', reachedBy({ kind: 'nodePort', port: 30_081 }));
const service = named(development, 'Service', 'api-service');

describe('a port of the nodes', () => {
  test('is the fixed port of the stack, and opens none for the metrics', () => {
    expect(at(service, 'spec.type')).toBe('NodePort');
    expect(at(service, 'spec.ports')).toEqual([{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP', nodePort: 30_081 }]);
  });

  test('needs no Ingress, no host and no proxy that is believed', () => {
    expect([...development.of('Ingress'), ...development.of('Gateway')]).toEqual([]);
    const data = at<Record<string, string>>(named(development, 'ConfigMap', 'api-config'), 'data');
    expect(data).toMatchObject({ TRUST_PROXY: '', CORS_OWNER: 'service' });
    expect(data).not.toHaveProperty('SWAGGER_HOST');
    expect(data).not.toHaveProperty('KEEP_ALIVE_TIMEOUT_MS');
  });

  test('is let in from everywhere but pods', () => {
    const api = { labels: { app: 'api' } };
    for (const address of ['192.168.49.1', '203.0.113.7']) expect(mayReceive(development, api, { address }, 3000)).toBe(true);
    expect(mayReceive(development, api, { address: '10.244.3.4' }, 3000)).toBe(false);
    expect(mayReceive(development, api, { address: '192.168.49.1' }, 9091)).toBe(false);
  });

  test('is the only one that the quota allows', () => {
    expect(at(named(development, 'ResourceQuota', 'quota'), 'spec.hard')).toMatchObject({ 'services.nodeports': '1' });
  });

  test('is refused where the environment does not allow it', () => {
    const { errors } = synthesize(
      [changedProduction(restApi, reachedBy({ kind: 'nodePort', port: 30_081 }) as Record<string, unknown>)],
      releases,
    );
    expect(errors).toEqual([
      [
        'production.rest-api.workloads.api.exposure.kind',
        '  got:     "nodePort"',
        '  allowed: "none", "nginx", "traefik", "gateway" or "alb" wherever the environment does not say nodePorts',
        '  fix:     Choose an edge that speaks HTTPS in infra/stacks/rest-api.ts; ports of nodes are for machines of developers.',
      ].join('\n'),
    ]);
  });

  test.each([80, 29_999, 32_768])('is refused as %s, which no node may open', (port) => {
    expect(() => synthesized('development', 'rest-api', reachedBy({ kind: 'nodePort', port }))).toThrow('workloads.api.exposure.port');
  });
});
