import type { Container } from '../../../infra/rules/objects';
import { probePort } from '../../../infra/rules/probe-port';
import { itellicoApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

const changedContainer = (change: (container: Required<Container>) => void) =>
  worldOf([itellicoApi], 'production', (objects) => {
    change(containerOf(find(objects, 'Deployment', 'api')));
    return objects;
  });

describe('PROBE-PORT', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(probePort, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a port that the container does not open', () => {
    const world = changedContainer(({ readinessProbe }) => {
      if (readinessProbe.httpGet) readinessProbe.httpGet.port = 3000;
    });
    expect(findingsOf(probePort, world)).toMatchObject([
      { path: 'Deployment/api api readinessProbe', got: 'port 3000', allowed: 'a port of the container: http 3001, metrics 9091' },
    ]);
  });

  test('finds a path that the service does not serve', () => {
    const world = changedContainer(({ livenessProbe }) => {
      if (livenessProbe.httpGet) livenessProbe.httpGet.path = '/livez';
    });
    expect(findingsOf(probePort, world)).toMatchObject([
      { path: 'Deployment/api livenessProbe', got: '/livez', fix: 'Set workloads.api.health.live to one of them.' },
    ]);
  });

  test('finds a liveness probe that asks the database', () => {
    const world = changedContainer(({ livenessProbe }) => {
      if (livenessProbe.httpGet) livenessProbe.httpGet.path = '/health/ready';
    });
    expect(findingsOf(probePort, world)).toMatchObject([
      { got: '/health/ready', allowed: 'a liveness endpoint of the service: /health, /healthz' },
    ]);
  });

  test('finds that the process listens elsewhere', () => {
    const world = changedContainer(({ env }) => {
      for (const variable of env) if (variable.name === 'PORT') variable.value = '8080';
    });
    expect(findingsOf(probePort, world)).toMatchObject([{ path: 'Deployment/api env PORT', got: '8080' }]);
  });

  test('finds it in a server of our own, too', () => {
    const world = worldOf([itellicoApi], 'production', (objects) => {
      containerOf(find(objects, 'StatefulSet', 'redis')).livenessProbe.tcpSocket = { port: 'redi' };
      return objects;
    });
    expect(findingsOf(probePort, world)).toMatchObject([{ path: 'StatefulSet/redis redis livenessProbe', got: 'port redi' }]);
  });
});
