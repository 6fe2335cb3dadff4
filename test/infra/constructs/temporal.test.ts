import { containerOf, ownerOf, specOf } from '../support/pods';
import { at, named, synthesized } from '../support/synthesized';

const location = {
  kind: 'own',
  app: 'workflow-server',
  image: 'temporalio/temporal:1.5.1',
  resources: { cpu: '100m', memory: '256Mi', limits: { memory: '512Mi' } },
} as const;

const objects = synthesized('development', 'rest-api', {
  dependencies: { workflows: { kind: 'temporal', location, namespace: 'orders' } },
  workloads: { api: { uses: ['database', 'cache', 'workflows'] } },
});

const container = containerOf(objects, 'StatefulSet/workflow-server');

test('any system may have a Temporal server of its own, and the address is that of its Service', () => {
  expect(named(objects, 'Service', 'workflow-server').spec).toMatchObject({
    selector: { app: 'workflow-server' },
    ports: [{ port: 7233 }],
  });
  expect(at(named(objects, 'ConfigMap', 'api-config'), 'data')).toMatchObject({
    TEMPORAL_ADDRESS: 'workflow-server:7233',
    TEMPORAL_NAMESPACE: 'orders',
  });
  expect(container.args).toEqual(expect.arrayContaining(['--namespace', 'orders', '--port', '7233']));
});

test('it runs as the user of its image and writes to /tmp alone', () => {
  expect(specOf(ownerOf(objects, 'StatefulSet/workflow-server')).securityContext).toMatchObject({ runAsUser: 1000, runAsNonRoot: true });
  expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true });
  expect(container.volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
});

test('it is asked by opening its port, and has two minutes to start', () => {
  expect(container).toMatchObject({
    startupProbe: { tcpSocket: { port: 'temporal' }, periodSeconds: 5, failureThreshold: 24 },
    livenessProbe: { tcpSocket: { port: 'temporal' } },
    readinessProbe: { tcpSocket: { port: 'temporal' } },
  });
});

test('the quota of the namespace has room for it', () => {
  const pods = (system: typeof objects) => Number(at<Record<string, string>>(named(system, 'ResourceQuota', 'quota'), 'spec.hard').pods);
  expect(pods(objects)).toBe(pods(synthesized('development', 'rest-api')) + 1);
});
