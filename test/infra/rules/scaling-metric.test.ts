import type { KubernetesObject } from '../../../infra/rules/objects';
import { scalingMetric } from '../../../infra/rules/scaling-metric';
import { itellicoApi, stacks } from '../support/stacks';
import { find, findingsOf, worldOf } from '../support/world';

const without = (kind: string, name: string) =>
  worldOf([itellicoApi], 'production', (objects) => objects.filter((object) => object.kind !== kind || object.metadata.name !== name));

const changed = (kind: string, name: string, change: (object: KubernetesObject) => void) =>
  worldOf([itellicoApi], 'production', (objects) => {
    change(find(objects, kind, name));
    return objects;
  });

interface Autoscaler {
  scaleTargetRef: { name: string };
  metrics: { type: string; pods?: { metric: { name: string } } }[];
}

const changedAutoscaler = (change: (spec: Autoscaler) => void) =>
  changed('HorizontalPodAutoscaler', 'api-hpa', ({ spec }) => change(spec as Autoscaler));

const scalingBy = (name: string) =>
  changedAutoscaler(({ metrics }) => {
    for (const { pods } of metrics) if (pods) pods.metric.name = name;
  });

describe('HPA-METRIC-SOURCE', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(scalingMetric, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a custom metric that no adapter makes', () => {
    expect(findingsOf(scalingMetric, without('ConfigMap', 'api-prometheus-adapter-rules'))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'HorizontalPodAutoscaler/api-hpa metric http_requests_per_second',
        got: 'no adapter rule makes it of http_requests_total',
        allowed: 'a rate of a counter in service/contract/metrics, an adapter rule for it, and a ServiceMonitor or scrape annotations',
        fix: 'Scale by cpu alone, or set workloads.api.monitored where the cluster has the Prometheus operator.',
      },
    ]);
  });

  test('finds a metric that the service does not count', () => {
    expect(findingsOf(scalingMetric, scalingBy('jobs_done_per_second'))).toMatchObject([
      { got: 'the service counts no jobs_done_total; no adapter rule makes it of jobs_done_total' },
    ]);
  });

  test.each([
    ['there is no monitor', without('ServiceMonitor', 'api-metrics')],
    ['there is no Service', without('Service', 'api')],
    [
      'the monitor selects another Service',
      changed('ServiceMonitor', 'api-metrics', ({ spec }) => {
        (spec as { selector: object }).selector = { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['api'] }] };
      }),
    ],
    [
      'the monitor asks a port that the Service has not',
      changed('ServiceMonitor', 'api-metrics', ({ spec }) => {
        for (const endpoint of (spec as { endpoints: { port: string }[] }).endpoints) endpoint.port = 'metric';
      }),
    ],
    [
      'the Service leads to other pods',
      changed('Service', 'api', ({ spec }) => {
        (spec as { selector: object }).selector = { app: 'redis' };
      }),
    ],
  ])('finds that nothing scrapes the pods when %s', (_, world) => {
    expect(findingsOf(scalingMetric, world)).toMatchObject([{ got: 'nothing scrapes the pods' }]);
  });

  test('is content with scrape annotations, where there is no monitor', () => {
    const annotated = (scrape: string) =>
      worldOf([itellicoApi], 'production', (objects) => {
        const { template } = find(objects, 'Deployment', 'api').spec as { template: { metadata: { annotations: Record<string, string> } } };
        template.metadata.annotations['prometheus.io/scrape'] = scrape;
        return objects.filter(({ kind }) => kind !== 'ServiceMonitor');
      });
    expect(findingsOf(scalingMetric, annotated('true'))).toEqual([]);
    expect(findingsOf(scalingMetric, annotated('false'))).toMatchObject([{ got: 'nothing scrapes the pods' }]);
  });

  test('looks at every file of a ConfigMap, and at every endpoint of a monitor', () => {
    const world = worldOf([itellicoApi], 'production', (objects) => {
      Object.assign(find(objects, 'ConfigMap', 'api-prometheus-adapter-rules').data as object, { 'more.yaml': 'rules: []' });
      (find(objects, 'ServiceMonitor', 'api-metrics').spec as { endpoints: object[] }).endpoints.push({ port: 'debug' });
      return objects;
    });
    expect(findingsOf(scalingMetric, world)).toEqual([]);
  });

  test('finds an autoscaler of what does not exist', () => {
    const world = changedAutoscaler(({ scaleTargetRef }) => {
      scaleTargetRef.name = 'apu';
    });
    expect(findingsOf(scalingMetric, world)).toMatchObject([{ got: expect.stringContaining('there is no Deployment/apu') }]);
  });

  test('asks for no source of cpu and memory, which metrics-server has', () => {
    const world = worldOf([itellicoApi], 'production', (objects) => {
      const { spec } = find(objects, 'HorizontalPodAutoscaler', 'api-hpa');
      (spec as Autoscaler).metrics = (spec as Autoscaler).metrics.filter(({ type }) => type === 'Resource');
      return objects.filter(({ kind }) => kind !== 'ServiceMonitor');
    });
    expect(findingsOf(scalingMetric, world)).toEqual([]);
  });
});
