import { alertMetrics } from '../../../infra/rules/alert-metrics';
import { itellicoApi, stacks } from '../support/stacks';
import { find, findingsOf, worldOf } from '../support/world';

type Entry = { alert?: string; record?: string; expr: string };

const asking = (...rules: Entry[]) =>
  findingsOf(
    alertMetrics,
    worldOf([itellicoApi], 'production', (objects) => {
      find(objects, 'PrometheusRule', 'api-alerts').spec = { groups: [{ name: 'api', rules }] };
      return objects;
    }),
  );

const alert = (expr: string) => asking({ alert: 'Broken', expr });

describe('ALERT-METRIC', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(alertMetrics, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a metric that nobody exports', () => {
    expect(alert('rate(http_request_total[5m]) > 0')).toEqual([
      {
        at: 'production.itellico-api',
        path: 'PrometheusRule/api-alerts Broken',
        got: 'nothing exports http_request_total',
        allowed: 'metrics of service/contract/metrics, and those of the platform in infra/rules/platform-metrics',
        fix: 'Correct the expression, or declare the metric where it is counted.',
      },
    ]);
  });

  test('finds a label that a metric has not', () => {
    expect(alert('rate(http_requests_total{status=~"5.."}[5m]) > 0')).toMatchObject([{ got: 'http_requests_total has no label status' }]);
    expect(alert('up{app="api"} == 0')).toMatchObject([{ got: 'up has no label app' }]);
  });

  test('finds that it groups by a label that no series in it has', () => {
    expect(alert('sum by (namespace,path) (rate(http_requests_total[5m])) > 0')).toMatchObject([
      { got: 'no series in it has the label path' },
    ]);
    expect(alert('sum(rate(http_requests_total[5m])) / on (system) up')).toMatchObject([{ got: 'no series in it has the label system' }]);
  });

  test('finds a histogram by its bare name, and a counter with the ending of one', () => {
    expect(alert('http_request_duration_seconds > 1')).toMatchObject([{ got: 'nothing exports http_request_duration_seconds' }]);
    expect(alert('http_requests_total_bucket > 1')).toMatchObject([{ got: 'nothing exports http_requests_total_bucket' }]);
    expect(alert('http_request_duration_seconds_count{le="1"} > 1')).toMatchObject([
      { got: 'http_request_duration_seconds_count has no label le' },
    ]);
  });

  test('finds what cannot be parsed, and tells all that is wrong once', () => {
    expect(alert('sum(rate(up[5m]) > ')).toMatchObject([{ got: 'it cannot be parsed' }]);
    expect(alert('nothing_a > 0 or nothing_b{x="1"} > 0 or nothing_a > 1')).toMatchObject([
      { got: 'nothing exports nothing_a; nothing exports nothing_b' },
    ]);
  });

  test('does not add to an unknown metric that its labels are unknown, too', () => {
    expect(alert('sum by (path) (rate(nothing[5m])) / on (job) up')).toMatchObject([{ got: 'nothing exports nothing' }]);
  });

  test('finds it in a recording rule, which it names', () => {
    expect(asking({ record: 'job:requests:rate5m', expr: 'sum by (job) (rate(requests[5m]))' })).toMatchObject([
      { path: 'PrometheusRule/api-alerts job:requests:rate5m' },
    ]);
  });

  test.each([
    'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="api"}[5m]))) > 1',
    'absent(up{namespace="x",job="api"} == 1)',
    'sum without (route) (http_requests_total) > 0',
    'sum by (namespace) (container_memory_working_set_bytes{image!=""}) / ignoring (anything) group_left (nothing) up > 1',
    'sum by (job) (up) / sum without (anything) (up)',
    'time() - 5 > vector(1)',
    '{__name__="http_requests_total",status_code="500"} > 0',
    'sum by (system) (label_replace(up, "system", "$1", "job", "(.*)")) > 0',
  ])('is content with %s', (expr) => {
    expect(alert(expr)).toEqual([]);
  });

  test('knows a metric that is named by its label only', () => {
    expect(alert('{__name__="http_request_total"} > 0')).toMatchObject([{ got: 'nothing exports http_request_total' }]);
  });

  test('takes what a recording rule makes, in whatever group, with whatever labels', () => {
    const recorded = { record: 'job:errors:ratio5m', expr: 'sum by (job) (rate(http_requests_total[5m]))' };
    expect(asking({ alert: 'Errors', expr: 'sum by (team) (job:errors:ratio5m{team="a"}) > 0.05' }, recorded)).toEqual([]);
  });
});
