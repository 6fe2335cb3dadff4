import { metrics } from '../../../service/contract/metrics';
import { at, everywhere, named, synthesized } from '../support/synthesized';

const production = synthesized('production', 'itellico-api');

describe('the autoscaler of itellico-api in production', () => {
  const { spec } = named(production, 'HorizontalPodAutoscaler', 'api-hpa') as { spec?: unknown };

  test('keeps 3 to 20 pods of the Deployment', () => {
    expect(spec).toMatchObject({
      minReplicas: 3,
      maxReplicas: 20,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
    });
  });

  test('aims at 70 % of cpu, 80 % of memory and 1000 requests a second of one pod', () => {
    expect(at(spec, 'metrics')).toEqual([
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } },
      { type: 'Pods', pods: { metric: { name: 'http_requests_per_second' }, target: { type: 'AverageValue', averageValue: 1_000 } } },
    ]);
  });

  test('goes down slowly: the lesser of half and two pods a minute, after five quiet minutes', () => {
    expect(at(spec, 'behavior.scaleDown')).toEqual({
      stabilizationWindowSeconds: 300,
      selectPolicy: 'Min',
      policies: [
        { type: 'Percent', value: 50, periodSeconds: 60 },
        { type: 'Pods', value: 2, periodSeconds: 60 },
      ],
    });
  });

  test('goes up quickly: the greater of twice and four pods in half a minute, after one minute', () => {
    expect(at(spec, 'behavior.scaleUp')).toEqual({
      stabilizationWindowSeconds: 60,
      selectPolicy: 'Max',
      policies: [
        { type: 'Percent', value: 100, periodSeconds: 30 },
        { type: 'Pods', value: 4, periodSeconds: 30 },
      ],
    });
  });
});

describe('the rule for the metrics adapter', () => {
  const rules = at<Record<string, string>>(named(production, 'ConfigMap', 'api-prometheus-adapter-rules'), 'data')['rules.yaml'] ?? '';

  test('lies in the namespace of the system, with a label to find it by', () => {
    expect(named(production, 'ConfigMap', 'api-prometheus-adapter-rules').metadata).toMatchObject({
      namespace: 'itellico-mono',
      labels: { 'app.kubernetes.io/component': 'prometheus-adapter-rules' },
    });
  });

  test('makes the metric of the autoscaler from a counter that the service has', () => {
    const [, counter = ''] = /seriesQuery: '(\w+)\{/.exec(rules) ?? [];
    const [, pattern = ''] = /matches: "(.+)"/.exec(rules) ?? [];
    const [, as = ''] = /as: "(.+)"/.exec(rules) ?? [];
    expect(metrics).toHaveProperty(counter, expect.objectContaining({ kind: 'counter' }));
    expect(counter.replace(new RegExp(pattern), as.replace(/\$\{(\d)\}/, '$$$1'))).toBe('http_requests_per_second');
  });

  test('looks back over at least four scrapes of 30 s', () => {
    expect(rules).toContain('[2m]');
  });

  test('is not there when nothing scales by requests', () => {
    const names = synthesized('staging', 'itellico-api')
      .of('ConfigMap')
      .map(({ metadata }) => metadata.name);
    expect(names).toEqual(['api-config']);
  });
});

test('itellico-api in staging scales 2 to 4 by cpu alone', () => {
  expect(named(synthesized('staging', 'itellico-api'), 'HorizontalPodAutoscaler', 'api-hpa').spec).toEqual({
    minReplicas: 2,
    maxReplicas: 4,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
  });
});

test.each(everywhere)('replicas in %s of %s are said by the Deployment or by an autoscaler, never by both', (...where) => {
  const objects = synthesized(...where);
  const scaled = objects.of('HorizontalPodAutoscaler').map((autoscaler) => at(autoscaler, 'spec.scaleTargetRef.name'));
  for (const deployment of objects.of('Deployment')) {
    expect('replicas' in (deployment.spec as object)).toBe(!scaled.includes(deployment.metadata.name));
  }
});

describe('the disruption budget', () => {
  test('keeps 2 of the 3 pods of itellico-api in production', () => {
    expect(named(production, 'PodDisruptionBudget', 'api-pdb').spec).toMatchObject({
      minAvailable: 2,
      selector: { matchLabels: { app: 'api' } },
    });
  });

  test('lets one pod at a time go where nothing else is said', () => {
    expect(at(named(synthesized('production', 'rest-api'), 'PodDisruptionBudget', 'api-pdb'), 'spec.maxUnavailable')).toBe(1);
  });

  test('does not wait for pods that are not ready anyway', () => {
    expect(at(named(production, 'PodDisruptionBudget', 'api-pdb'), 'spec.unhealthyPodEvictionPolicy')).toBe('AlwaysAllow');
  });

  test('is not there for a single pod, whose node could never be drained', () => {
    expect(synthesized('development', 'itellico-api').of('PodDisruptionBudget')).toEqual([]);
  });

  test('may not ask for as many pods as there are', () => {
    expect(() => synthesized('production', 'itellico-api', { workloads: { api: { minAvailable: 3 } } })).toThrow(/fewer than the least/);
  });
});
