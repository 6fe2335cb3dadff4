import { metrics } from '../../../../service/contract/metrics';
import { at, named, synthesized } from '../../support/synthesized';

interface Rule {
  alert: string;
  expr: string;
  for: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

const rulesOf = (environment: 'production' | 'staging', system: 'itellico-api' | 'rest-api'): Rule[] =>
  at(named(synthesized(environment, system), 'PrometheusRule', 'api-alerts'), 'spec.groups.0.rules');

const rules = rulesOf('production', 'itellico-api');

test('one group named api is evaluated every 30 s', () => {
  const { spec } = named(synthesized('production', 'itellico-api'), 'PrometheusRule', 'api-alerts');
  expect(at<object[]>(spec, 'groups')).toHaveLength(1);
  expect(at(spec, 'groups.0')).toMatchObject({ name: 'api', interval: '30s' });
});

test('the four alerts of the guide hold for five minutes, with its severities', () => {
  expect(rules.map(({ alert, for: holds, labels }) => [alert, holds, labels])).toEqual([
    ['APIHighErrorRate', '5m', { severity: 'critical', service: 'api' }],
    ['APIHighLatency', '5m', { severity: 'warning', service: 'api' }],
    ['APIPodCrashLooping', '5m', { severity: 'critical', service: 'api' }],
    ['APIHighMemoryUsage', '5m', { severity: 'warning', service: 'api' }],
  ]);
});

test('every alert says what it is in a summary and a description', () => {
  for (const { annotations } of rules) {
    expect(annotations).toEqual({ summary: expect.stringContaining('production.itellico-api'), description: expect.stringMatching(/\.$/) });
  }
});

test.each([
  ['itellico-api', 'itellico-mono', 'api', 'api'],
  ['rest-api', 'rest-api', 'api-service', 'api-deployment'],
] as const)('alerts of %s see its namespace, its job and its pods only', (system, namespace, job, pods) => {
  for (const { expr } of rulesOf('production', system)) {
    const selectors = [...expr.matchAll(/\{([^}]+)\}/g)].map(([, inside]) => inside);
    expect(selectors.length).toBeGreaterThan(0);
    for (const selector of selectors) {
      expect(selector).toContain(`namespace="${namespace}"`);
      expect(selector).toMatch(new RegExp(`job="${job}"|pod=~"${pods}-\\.\\*"`));
    }
  }
});

test('thresholds are those of the guide', () => {
  expect(rules.map(({ expr }) => /(> 0\.05|> 1|> 2|> 0\.9)(?= |$)/.exec(expr)?.[0])).toEqual(['> 0.05', '> 1', '> 2', '> 0.9']);
});

test('the threshold of latency is a bucket of the histogram, else the quantile would be a guess', () => {
  expect(metrics.http_request_duration_seconds.buckets).toContain(1);
});

test('a window holds at least four scrapes', () => {
  for (const { expr } of rules) {
    for (const [, minutes] of expr.matchAll(/\[(\d+)m\]/g)) expect(Number(minutes) * 60).toBeGreaterThanOrEqual(4 * 30);
  }
});

test('metrics of the service that alerts read are metrics that the service counts', () => {
  const own = rules.flatMap(({ expr }) => expr.match(/\b(http|db|prisma)_\w+(?=\{)/g) ?? []).map((name) => name.replace(/_bucket$/, ''));
  expect(own).not.toEqual([]);
  expect(own.filter((name) => !(name in metrics))).toEqual([]);
});
