import { alertCases } from '../../support/alert-cases';
import { type AlertCase, hasPromtool, promtool } from '../../support/promtool';
import { at, named, synthesized } from '../../support/synthesized';

const { spec } = named(synthesized('production', 'itellico-api'), 'PrometheusRule', 'api-alerts');
const rules = at<{ alert: string; labels: Record<string, string>; annotations: Record<string, string> }[]>(spec, 'groups.0.rules');

const ruleOf = (alert: string) => {
  const rule = rules.find((one) => one.alert === alert);
  if (!rule) throw new Error(`no alert ${alert}`);
  return rule;
};

const unitTest = ({ alert, series, after, fires }: AlertCase) => {
  const { labels, annotations } = ruleOf(alert);
  const fired = fires && {
    exp_labels: { ...labels, ...fires.labels },
    exp_annotations: { ...annotations, description: fires.description },
  };
  return {
    rule_files: ['rules.yaml'],
    evaluation_interval: '30s',
    tests: [
      {
        interval: '30s',
        input_series: series,
        alert_rule_test: [{ eval_time: after, alertname: alert, exp_alerts: fired ? [fired] : [] }],
      },
    ],
  };
};

test.each(rules.map(({ alert }) => alert))('%s has a case in which it fires and one in which it stays silent', (alert) => {
  const cases = alertCases.filter((one) => one.alert === alert);
  expect(new Set(cases.map(({ fires }) => fires !== undefined))).toEqual(new Set([true, false]));
});

if (hasPromtool()) {
  test('promtool takes the rules of both systems', () => {
    for (const system of ['itellico-api', 'rest-api'] as const) {
      const rule = named(synthesized('production', system), 'PrometheusRule', 'api-alerts');
      expect(promtool(['check', 'rules', 'rules.yaml'], { 'rules.yaml': rule.spec })).toMatchObject({ ok: true });
    }
  });

  test.each(alertCases.map((one): [string, string, string, AlertCase] => [one.alert, one.fires ? 'fires' : 'is silent', one.title, one]))(
    '%s %s when %s',
    (_alert, _does, _title, one) => {
      const { ok, output } = promtool(['test', 'rules', 'test.yaml'], { 'rules.yaml': spec, 'test.yaml': unitTest(one) });
      expect([ok, output]).toEqual([true, expect.any(String)]);
    },
  );
} else {
  process.stderr.write(`promtool is not on PATH (Debian: prometheus): ${alertCases.length} alert cases were not evaluated.\n`);
}
