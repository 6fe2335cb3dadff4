import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type Deployable, hasCrds, imageOf } from '../model/deployable';
import { gracePeriodSeconds, lifecycle } from '../model/lifecycle';
import { entryPoints, metricsPath } from '../model/service';
import type { Probe } from '../model/system';
import { mebibytes } from '../model/units';
import { apiVariables } from '../model/variables';
import { configMountPath, configurationChecksum } from './configuration';
import { withLaterFields } from './later-fields';
import { inWave, metadata, recommendedLabels, versionLabel, wave } from './metadata';
import { apiUser, containerEnvironment, containerSecurity, podSecurity, resourceRequirements, writableFolders } from './pod';

/** V8 heap as a share of the memory limit; the rest is for buffers, TLS and the compilers of Prisma. */
const heapShare = 0.7;

/** Runs the API: its identity, its pods and the Service in front of them. */
export class ApiDeployment extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    const { names, system } = deployable;
    new k8s.KubeServiceAccount(this, 'service-account', {
      metadata: metadata(deployable, names.serviceAccount),
      automountServiceAccountToken: false,
    });
    const manifest = k8s.KubeDeployment.manifest({
      metadata: { ...metadata(deployable, names.deployment), annotations: inWave(wave.api) },
      spec: {
        // An autoscaler owns the number of replicas: a number here would reset it with every apply.
        ...(system.workloads.api.scale.kind === 'fixed' && { replicas: system.workloads.api.scale.replicas }),
        selector: { matchLabels: { app: system.app } },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
        },
        minReadySeconds: 5,
        revisionHistoryLimit: 5,
        progressDeadlineSeconds: 600,
        template: podTemplate(deployable),
      },
    });
    withLaterFields(this, 'deployment', manifest, {
      '/spec/template/spec/containers/0/lifecycle': { preStop: { sleep: { seconds: lifecycle.preStop } } },
    });
    new k8s.KubeService(this, 'service', service(deployable));
  }
}

const probe = (path: string, timing: Probe): k8s.Probe => ({
  httpGet: { path, port: k8s.IntOrString.fromString('http') },
  ...timing,
});

const podTemplate = (deployable: Deployable): k8s.PodTemplateSpec => {
  const { names, system } = deployable;
  const { api } = system.workloads;
  const selector = { matchLabels: { app: system.app } };
  const operated = hasCrds(deployable, 'monitoring.coreos.com');
  // Only where no operator scrapes by ServiceMonitor: both together count everything twice.
  const scrape = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(api.ports.metrics), 'prometheus.io/path': metricsPath };
  return {
    metadata: {
      labels: { app: system.app, ...system.labels, ...recommendedLabels(deployable, 'api'), ...versionLabel(deployable) },
      annotations: { 'checksum/config': configurationChecksum(deployable), ...(api.monitored && !operated && scrape) },
    },
    spec: {
      serviceAccountName: names.serviceAccount,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: gracePeriodSeconds(api.probes.readiness),
      securityContext: podSecurity(apiUser),
      ...(system.image.pullSecret && { imagePullSecrets: [{ name: system.image.pullSecret }] }),
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 100, podAffinityTerm: { labelSelector: selector, topologyKey: 'kubernetes.io/hostname' } },
          ],
        },
      },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: selector },
      ],
      ...container(deployable),
    },
  };
};

const container = (deployable: Deployable): k8s.PodSpec => {
  const { names, system } = deployable;
  const { api } = system.workloads;
  const writable = writableFolders(api.writable);
  const heap = Math.floor(mebibytes(api.resources.limits.memory) * heapShare);
  return {
    containers: [
      {
        name: 'api',
        image: imageOf(deployable),
        imagePullPolicy: 'IfNotPresent',
        command: ['node', `--max-old-space-size=${heap}`, entryPoints.api],
        ports: [
          { name: 'http', containerPort: api.ports.http, protocol: 'TCP' },
          { name: 'metrics', containerPort: api.ports.metrics, protocol: 'TCP' },
        ],
        env: containerEnvironment(apiVariables(deployable), system.configuration === 'configMap' ? names.configuration : undefined),
        resources: resourceRequirements(api.resources),
        startupProbe: probe(api.health.live, api.probes.startup),
        livenessProbe: probe(api.health.live, api.probes.liveness),
        readinessProbe: probe(api.health.ready, api.probes.readiness),
        securityContext: containerSecurity,
        volumeMounts: [...(system.file ? [{ name: 'config', mountPath: configMountPath, readOnly: true }] : []), ...writable.mounts],
      },
    ],
    volumes: [...(system.file ? [{ name: 'config', configMap: { name: names.configuration } }] : []), ...writable.volumes],
  };
};

const service = (deployable: Deployable): k8s.KubeServiceProps => {
  const { names, system } = deployable;
  const { service: front, ports } = system.workloads.api;
  return {
    metadata: {
      ...metadata(deployable, names.service),
      labels: { app: system.app, ...system.labels, ...recommendedLabels(deployable, 'api') },
    },
    spec: {
      type: 'ClusterIP',
      selector: { app: system.app },
      ports: [
        { name: 'http', port: front.port, targetPort: k8s.IntOrString.fromString('http'), protocol: 'TCP' },
        { name: 'metrics', port: ports.metrics, targetPort: k8s.IntOrString.fromString('metrics'), protocol: 'TCP' },
      ],
      ...(front.affinitySeconds && {
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIp: { timeoutSeconds: front.affinitySeconds } },
      }),
    },
  };
};
