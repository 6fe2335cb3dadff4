import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { apiCommand } from '../model/command';
import { containerName, type Deployable, hasCrds, imageOf, selectorOf } from '../model/deployable';
import { gracePeriodSeconds, lifecycle } from '../model/lifecycle';
import { metricsPath } from '../model/service';
import type { Probe } from '../model/system';
import { apiVariables } from '../model/variables';
import { configMountPath, configurationChecksum } from './configuration';
import { withLaterFields } from './later-fields';
import { inWave, metadata, recommendedLabels, versionLabel, wave } from './metadata';
import { apiUser, containerEnvironment, containerSecurity, podSecurity, resourceRequirements, writableFolders } from './pod';

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
        selector: { matchLabels: { ...selectorOf(system) } },
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
  const selector = { matchLabels: { ...selectorOf(system) } };
  const operated = hasCrds(deployable, 'monitoring.coreos.com');
  // Only where no operator scrapes by ServiceMonitor: both together count everything twice.
  const scrape = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(api.ports.metrics), 'prometheus.io/path': metricsPath };
  return {
    metadata: {
      labels: { ...recommendedLabels(deployable, 'api'), ...versionLabel(deployable), ...system.labels, ...selectorOf(system) },
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
  return {
    containers: [
      {
        name: containerName(system),
        image: imageOf(deployable),
        imagePullPolicy: 'IfNotPresent',
        command: apiCommand(deployable),
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
  const { service: front, ports, exposure } = system.workloads.api;
  const nodePort = exposure.kind === 'nodePort' ? exposure.port : undefined;
  return {
    metadata: {
      ...metadata(deployable, names.service),
      labels: { ...recommendedLabels(deployable, 'api'), ...system.labels, ...selectorOf(system) },
    },
    spec: {
      type: nodePort ? 'NodePort' : 'ClusterIP',
      selector: { ...selectorOf(system) },
      ports: [
        {
          name: 'http',
          port: front.port,
          targetPort: k8s.IntOrString.fromString('http'),
          protocol: 'TCP',
          ...(nodePort && { nodePort }),
        },
        // Every port of such a Service is opened on the nodes: metrics are then scraped from the pods.
        ...(nodePort ? [] : [{ name: 'metrics', port: ports.metrics, targetPort: k8s.IntOrString.fromString('metrics'), protocol: 'TCP' }]),
      ],
      ...(front.affinitySeconds && {
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIp: { timeoutSeconds: front.affinitySeconds } },
      }),
    },
  };
};
