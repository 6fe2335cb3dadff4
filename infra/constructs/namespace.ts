import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Deployable } from '../model/deployable';
import { keepAlways, recommendedLabels } from './metadata';

/** The namespace, first in its file; where we own it, no pod below `restricted` enters. */
export class Namespace extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    const { namespace, system, cluster } = deployable;
    const level = {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': `v${cluster.kubernetes}`,
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
    };
    const { exposure } = system.workloads.api;
    // A pod is then ready when the load balancer has it: else a rollout ends before the new pods get requests.
    const readinessGate = { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' };
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name: namespace,
        labels: {
          ...recommendedLabels(deployable, 'namespace'),
          ...(system.namespace.owned && level),
          ...(exposure.kind === 'alb' && readinessGate),
        },
        annotations: keepAlways,
      },
    });
  }
}
