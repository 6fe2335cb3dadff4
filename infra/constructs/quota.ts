import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { demandOf } from '../model/capacity';
import type { Deployable } from '../model/deployable';
import { metadata } from './metadata';

/**
 * What a namespace that we own may take: exactly what its stack can come to. And what a container gets that says nothing
 * itself, since a quota refuses pods without requests.
 */
export class Quota extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    if (!deployable.system.namespace.owned) return;
    const { pods, cpu, memory, memoryLimit } = demandOf(deployable);
    const nodePorts = deployable.system.workloads.api.exposure.kind === 'nodePort' ? '1' : '0';
    new k8s.KubeResourceQuota(this, 'quota', {
      metadata: metadata(deployable, 'quota', 'namespace', {}),
      spec: {
        hard: {
          pods: k8s.Quantity.fromString(String(pods)),
          'requests.cpu': k8s.Quantity.fromString(`${cpu}m`),
          'requests.memory': k8s.Quantity.fromString(`${memory}Mi`),
          'limits.memory': k8s.Quantity.fromString(`${memoryLimit}Mi`),
          'services.loadbalancers': k8s.Quantity.fromString('0'),
          'services.nodeports': k8s.Quantity.fromString(nodePorts),
        },
      },
    });
    new k8s.KubeLimitRange(this, 'limits', {
      metadata: metadata(deployable, 'limits', 'namespace', {}),
      spec: {
        limits: [
          {
            type: 'Container',
            defaultRequest: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
            default: { memory: k8s.Quantity.fromString('256Mi') },
          },
        ],
      },
    });
  }
}
