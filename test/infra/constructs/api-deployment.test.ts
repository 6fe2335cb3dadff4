import { containerOf, ownerOf, specOf } from '../support/pods';
import { at, everywhere, named, synthesized } from '../support/synthesized';

const itellico = synthesized('production', 'itellico-api');
const rest = synthesized('production', 'rest-api');

const itellicoContainer = containerOf(itellico, 'Deployment/api');
const restContainer = containerOf(rest, 'Deployment/api-deployment');

describe('the Deployment of itellico-api in production', () => {
  const deployment = named(itellico, 'Deployment', 'api');

  test('runs as service account itellico-api in the namespace of the guide', () => {
    expect(deployment.metadata.namespace).toBe('itellico-mono');
    expect(specOf(ownerOf(itellico, 'Deployment/api')).serviceAccountName).toBe('itellico-api');
    expect(named(itellico, 'ServiceAccount', 'itellico-api')).toMatchObject({ automountServiceAccountToken: false });
  });

  test('gives its pods the labels of the guide and selects by app alone', () => {
    expect(ownerOf(itellico, 'Deployment/api').labels).toMatchObject({ app: 'api', tier: 'backend', 'database-access': 'true' });
    expect(at(deployment, 'spec.selector')).toEqual({ matchLabels: { app: 'api' } });
  });

  test('leaves the number of replicas to the autoscaler', () => {
    expect(deployment.spec).not.toHaveProperty('replicas');
  });

  test('adds one pod before it takes one away', () => {
    expect(at(deployment, 'spec.strategy')).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
  });

  test('prefers another node for each pod, with weight 100', () => {
    expect(at(deployment, 'spec.template.spec.affinity')).toEqual({
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { labelSelector: { matchLabels: { app: 'api' } }, topologyKey: 'kubernetes.io/hostname' } },
        ],
      },
    });
  });

  test('pulls the tagged image of the guide, and only when it is not there', () => {
    expect(itellicoContainer).toMatchObject({
      name: 'api',
      image: 'registry.hetzner.com/itellico/api:0.1.0',
      imagePullPolicy: 'IfNotPresent',
    });
  });

  test('opens http on 3001 and metrics on 9091', () => {
    expect(itellicoContainer.ports).toEqual([
      { name: 'http', containerPort: 3001, protocol: 'TCP' },
      { name: 'metrics', containerPort: 9091, protocol: 'TCP' },
    ]);
  });

  test('asks for 250m and 512Mi, up to 1000m and 2Gi', () => {
    expect(itellicoContainer.resources).toEqual({ requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '1000m', memory: '2Gi' } });
  });

  test('probes with the paths and numbers of the guide', () => {
    expect(itellicoContainer).toMatchObject({
      livenessProbe: {
        httpGet: { path: '/health', port: 'http' },
        initialDelaySeconds: 30,
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 3,
      },
      readinessProbe: {
        httpGet: { path: '/health/ready', port: 'http' },
        initialDelaySeconds: 10,
        periodSeconds: 5,
        timeoutSeconds: 3,
        failureThreshold: 3,
      },
      startupProbe: {
        httpGet: { path: '/health', port: 'http' },
        initialDelaySeconds: 0,
        periodSeconds: 10,
        timeoutSeconds: 3,
        failureThreshold: 30,
      },
    });
  });

  test('mounts its configuration read-only at /app/config and writes to a limited /tmp', () => {
    expect(itellicoContainer.volumeMounts).toEqual([
      { name: 'config', mountPath: '/app/config', readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ]);
    expect(specOf(ownerOf(itellico, 'Deployment/api')).volumes).toEqual([
      { name: 'config', configMap: { name: 'api-config' } },
      { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
    ]);
  });
});

describe('the Deployment of rest-api', () => {
  test('keeps 3 replicas of api-deployment in production', () => {
    expect(named(rest, 'Deployment', 'api-deployment')).toMatchObject({ metadata: { namespace: 'rest-api' }, spec: { replicas: 3 } });
  });

  test('serves 3000 with 250m and 256Mi, up to 500m and 512Mi', () => {
    expect(restContainer.ports?.[0]).toEqual({ name: 'http', containerPort: 3000, protocol: 'TCP' });
    expect(restContainer.resources).toEqual({ requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } });
  });

  test('pulls from ghcr.io', () => {
    expect(restContainer.image).toMatch(/^ghcr\.io\/[^/]+\/[^/]+:0\.1\.0$/);
  });

  test('is alive by /health after 30 s and ready by /health/ready after 5 s', () => {
    expect(restContainer).toMatchObject({
      livenessProbe: { httpGet: { path: '/health' }, initialDelaySeconds: 30, periodSeconds: 10 },
      readinessProbe: { httpGet: { path: '/health/ready' }, initialDelaySeconds: 5, periodSeconds: 5 },
    });
  });

  test('writes logs to a limited folder of its own', () => {
    expect(restContainer.volumeMounts).toContainEqual({ name: 'app-logs', mountPath: '/app/logs' });
    expect(specOf(ownerOf(rest, 'Deployment/api-deployment')).volumes).toContainEqual({
      name: 'app-logs',
      emptyDir: { sizeLimit: '128Mi' },
    });
  });
});

test('a digest pins the image behind its tag', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const objects = synthesized('production', 'itellico-api', {}, { tag: '1.2.3', digest });
  expect(containerOf(objects, 'Deployment/api').image).toBe(`registry.hetzner.com/itellico/api:1.2.3@${digest}`);
});

test('a pull secret reaches the pods of API and migration', () => {
  const objects = synthesized('production', 'rest-api', { image: { pullSecret: 'ghcr-secret' } });
  for (const { object, spec } of objects.pods) {
    expect([object.kind, at(spec, 'imagePullSecrets')]).toEqual([object.kind, [{ name: 'ghcr-secret' }]]);
  }
});

test.each(everywhere)('the heap in %s of %s fits the memory limit and leaves a quarter of it', (environment, system) => {
  const objects = synthesized(environment, system, { workloads: { api: { resources: { memory: '512Mi', limits: { memory: '1Gi' } } } } });
  const command = objects.pods.find(({ object }) => object.kind === 'Deployment')?.spec.containers[0]?.command ?? [];
  const heap = Number(command.find((word) => word.startsWith('--max-old-space-size='))?.split('=')[1]);
  expect(heap).toBeGreaterThan(512);
  expect(heap).toBeLessThanOrEqual(768);
});
