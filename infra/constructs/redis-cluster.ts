import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type RedisCluster as RedisClusterProps, type Redis as RedisProps, redisClusterNodes } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { ports } from '../model/facets';
import { serverSecretName } from '../model/secret-content';
import { checksum, metadata, recommendedLabels } from './metadata';
import { fromSecret } from './own-server';
import { containerSecurity, podSecurity, resourceRequirements } from './pod';
import { type RedisSlot, redisArguments, redisUser } from './redis-arguments';
import { redisClusterScript } from './redis-cluster-script';

const script = '/scripts/cluster.sh';

/** The Service that gives each pod a name of its own; clients begin at the other, `<app>`. */
const nodesService = (app: string): string => `${app}-nodes`;

const fromField = (name: string, fieldPath: string): k8s.EnvVar => ({ name, valueFrom: { fieldRef: { fieldPath } } });

const port = (name: string, containerPort: number) => ({ name, containerPort, protocol: 'TCP' });

/** Three masters and a replica of each in one StatefulSet, which form their cluster themselves and know each other by name. */
export class RedisCluster extends Construct {
  constructor(scope: Construct, id: RedisSlot, deployable: Deployable, { location }: RedisProps & { location: RedisClusterProps }) {
    super(scope, id);
    const { app } = location;
    const selected = { app };
    const about = (name: string) => metadata(deployable, name, 'redis', selected);
    new k8s.KubeServiceAccount(this, 'service-account', { metadata: about(app), automountServiceAccountToken: false });
    new k8s.KubeConfigMap(this, 'script', { metadata: about(`${app}-script`), data: { 'cluster.sh': redisClusterScript } });
    new k8s.KubeStatefulSet(this, 'stateful-set', { metadata: about(app), spec: statefulSet(deployable, location, id) });
    new k8s.KubeService(this, 'nodes', {
      metadata: about(nodesService(app)),
      spec: {
        clusterIp: 'None',
        selector: selected,
        // Nodes have to find each other before any of them is ready.
        publishNotReadyAddresses: true,
        ports: [
          { name: 'redis', port: ports.redis, targetPort: k8s.IntOrString.fromString('redis'), protocol: 'TCP' },
          { name: 'bus', port: ports.redisBus, targetPort: k8s.IntOrString.fromString('bus'), protocol: 'TCP' },
        ],
      },
    });
    new k8s.KubeService(this, 'service', {
      metadata: about(app),
      spec: {
        type: 'ClusterIP',
        selector: selected,
        ports: [{ name: 'redis', port: ports.redis, targetPort: k8s.IntOrString.fromString('redis'), protocol: 'TCP' }],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: about(app),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: selected },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}

const statefulSet = (deployable: Deployable, location: RedisClusterProps, slot: RedisSlot): k8s.StatefulSetSpec => {
  const { app, storage } = location;
  const selected = { app };
  return {
    replicas: redisClusterNodes,
    serviceName: nodesService(app),
    // All at once, since none is ready before the others are there; updates still go one by one.
    podManagementPolicy: 'Parallel',
    // After a pod is ready, for the others to have heard of its address.
    minReadySeconds: 10,
    selector: { matchLabels: selected },
    template: {
      metadata: {
        labels: { ...selected, ...recommendedLabels(deployable, 'redis') },
        annotations: { 'checksum/script': checksum(redisClusterScript) },
      },
      spec: {
        serviceAccountName: app,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: podSecurity(redisUser),
        // The hand-over of a master takes up to 10 s, and so does the server's own wait for its replica.
        terminationGracePeriodSeconds: 60,
        topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
          maxSkew: 1,
          topologyKey,
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: selected },
        })),
        containers: [container(location, slot)],
        volumes: [{ name: 'script', configMap: { name: `${app}-script` } }],
      },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data', labels: selected },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString(storage) } } },
      },
    ],
  };
};

const container = (location: RedisClusterProps, slot: RedisSlot): k8s.Container => {
  const { app, image, resources } = location;
  const secret = serverSecretName(app);
  const names = Array.from({ length: redisClusterNodes }, (_, index) => `${app}-${index}.${nodesService(app)}`);
  return {
    name: 'redis',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', script, 'start'],
    args: [...redisArguments(location, slot), ...clusterArguments(app)],
    env: [
      fromField('POD_NAME', 'metadata.name'),
      fromField('POD_IP', 'status.podIP'),
      fromSecret('REDIS_PASSWORD', secret, 'password'),
      // Read by redis-cli, in the script.
      fromSecret('REDISCLI_AUTH', secret, 'password'),
      { name: 'NODES', value: names.map((name) => `${name}:${ports.redis}`).join(' ') },
      { name: 'FORMED', value: '/data/formed' },
    ],
    ports: [port('redis', ports.redis), port('bus', ports.redisBus)],
    resources: resourceRequirements(resources),
    securityContext: containerSecurity,
    lifecycle: { preStop: { exec: { command: ['sh', script, 'leave'] } } },
    // The port is open while the file of the volume is read, however long that takes.
    livenessProbe: { tcpSocket: { port: k8s.IntOrString.fromString('redis') }, periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { exec: { command: ['sh', script, 'ready'] }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'script', mountPath: '/scripts', readOnly: true },
    ],
  };
};

const clusterArguments = (app: string): string[] => [
  '--dir',
  '/data',
  '--masterauth',
  '$(REDIS_PASSWORD)',
  '--cluster-enabled',
  'yes',
  '--cluster-config-file',
  'nodes.conf',
  '--cluster-node-timeout',
  '5000',
  // Of a shard that is away only its own keys are missed.
  '--cluster-require-full-coverage',
  'no',
  '--cluster-announce-ip',
  '$(POD_IP)',
  '--cluster-announce-hostname',
  `$(POD_NAME).${nodesService(app)}`,
  // Clients are sent to names, which outlive the addresses of pods.
  '--cluster-preferred-endpoint-type',
  'hostname',
];
