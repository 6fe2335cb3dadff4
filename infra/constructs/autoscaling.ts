import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type Deployable, selectorOf } from '../model/deployable';
import type { MetricName } from '../model/service';
import type { Scale, ScalingRules } from '../model/system';
import { inWave, metadata, wave } from './metadata';

type Range = Extract<Scale, { kind: 'range' }>;

const requestCounter: MetricName = 'http_requests_total';

/** The rate of the counter, as the metrics adapter serves it. */
export const requestRateMetric = requestCounter.replace(/_total$/, '_per_second');

/**
 * The rule by which prometheus-adapter makes the rate. It lies in the system's own namespace: to be merged into the
 * adapter's configuration, which belongs to the platform.
 */
const adapterRules = `rules:
- seriesQuery: '${requestCounter}{namespace!="",pod!=""}'
  resources:
    overrides:
      namespace: {resource: namespace}
      pod: {resource: pod}
  name:
    matches: "^(.*)_total$"
    as: "\${1}_per_second"
  metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)'
`;

const utilization = (name: string, averageUtilization: number): k8s.MetricSpecV2 => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization } },
});

const metricsOf = ({ cpu, memory, requestsPerSecond }: Range): k8s.MetricSpecV2[] => [
  ...(cpu ? [utilization('cpu', cpu)] : []),
  ...(memory ? [utilization('memory', memory)] : []),
  ...(requestsPerSecond
    ? [
        {
          type: 'Pods',
          pods: {
            metric: { name: requestRateMetric },
            target: { type: 'AverageValue', averageValue: k8s.Quantity.fromNumber(requestsPerSecond) },
          },
        },
      ]
    : []),
];

const scalingRules = ({ stabilizationSeconds, select, policies }: ScalingRules): k8s.HpaScalingRulesV2 => ({
  stabilizationWindowSeconds: stabilizationSeconds,
  selectPolicy: select,
  policies: [...policies],
});

/** How many pods run, and how many stay while nodes are drained. */
export class Autoscaling extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    const { scale } = deployable.system.workloads.api;
    if (scale.kind === 'range') this.autoscaler(deployable, scale);
    this.disruptionBudget(deployable, scale.kind === 'range' ? scale.min : scale.replicas);
  }

  private autoscaler(deployable: Deployable, scale: Range): void {
    const { names, system } = deployable;
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: { ...metadata(deployable, names.autoscaler), annotations: inWave(wave.around) },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: names.deployment },
        minReplicas: scale.min,
        maxReplicas: scale.max,
        metrics: metricsOf(scale),
        ...(scale.behavior && {
          behavior: { scaleDown: scalingRules(scale.behavior.down), scaleUp: scalingRules(scale.behavior.up) },
        }),
      },
    });
    if (!scale.requestsPerSecond) return;
    new k8s.KubeConfigMap(this, 'adapter-rules', {
      metadata: metadata(deployable, `${system.app}-prometheus-adapter-rules`, 'prometheus-adapter-rules'),
      data: { 'rules.yaml': adapterRules },
    });
  }

  /** One pod cannot both stay and go, so a single one has no budget. */
  private disruptionBudget(deployable: Deployable, least: number): void {
    const { names, system } = deployable;
    const { minAvailable } = system.workloads.api;
    if (least < 2) return;
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata: { ...metadata(deployable, names.disruptionBudget), annotations: inWave(wave.around) },
      spec: {
        ...(minAvailable ? { minAvailable: k8s.IntOrString.fromNumber(minAvailable) } : { maxUnavailable: k8s.IntOrString.fromNumber(1) }),
        selector: { matchLabels: { ...selectorOf(system) } },
        // A pod that is not ready serves nobody: it must not hold up a drain.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}
