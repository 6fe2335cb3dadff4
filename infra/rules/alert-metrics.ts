import { type MetricName, metrics } from '../model/service';
import type { KubernetesObject, Objects } from './objects';
import { platformMetrics, targetLabels } from './platform-metrics';
import { parse } from './promql';
import { objectPath, placeOfObject, type Rule } from './rule';

interface RecordedRule {
  alert?: string;
  record?: string;
  expr: string;
}

const rulesOf = ({ spec }: KubernetesObject): RecordedRule[] =>
  ((spec as { groups?: { rules?: RecordedRule[] }[] }).groups ?? []).flatMap(({ rules = [] }) => rules);

/** Series that recording rules make, whose labels are those that the rule leaves. */
const recordedIn = (objects: Objects): Set<string> =>
  new Set(
    objects
      .of('PrometheusRule')
      .flatMap(rulesOf)
      .flatMap(({ record }) => record ?? []),
  );

/** The labels of a metric; undefined when nothing exports it. */
const labelsOf = (metric: string): readonly string[] | undefined => {
  const base = metric.replace(/_(bucket|sum|count)$/, '');
  const ours = metrics[(metric in metrics ? metric : base) as MetricName];
  if (!ours) return platformMetrics[metric] && [...platformMetrics[metric], ...targetLabels];
  const isHistogram = ours.kind === 'histogram';
  // A histogram exports only its three parts, and nothing else has them.
  if (isHistogram === metric in metrics) return undefined;
  return [...ours.labels, ...targetLabels, ...(metric.endsWith('_bucket') ? ['le'] : [])];
};

const problemsOf = (text: string, recorded: ReadonlySet<string>): string[] => {
  const { selectors, grouped, makesLabels, broken } = parse(text);
  const exported = selectors.filter(({ metric }) => !recorded.has(metric));
  const known = exported.flatMap(({ metric }) => labelsOf(metric) ?? []);
  // Of a recorded series nobody here knows the labels.
  const knowsAll = !makesLabels && exported.length === selectors.length && exported.every(({ metric }) => labelsOf(metric));
  return [
    ...(broken ? ['it cannot be parsed'] : []),
    ...exported.flatMap(({ metric, labels }) => {
      const has = labelsOf(metric);
      if (!has) return [`nothing exports ${metric}`];
      return labels.filter((label) => !has.includes(label)).map((label) => `${metric} has no label ${label}`);
    }),
    ...(knowsAll ? grouped.filter((label) => !known.includes(label)).map((label) => `no series in it has the label ${label}`) : []),
  ];
};

export const alertMetrics: Rule = {
  code: 'ALERT-METRIC',
  title: 'Every series that an alert asks for is exported, with those labels',
  why: 'An alert on a metric that nobody exports is silent for ever.',
  severity: 'error',
  reads: 'world',
  *check(world) {
    const recorded = recordedIn(world.objects);
    for (const object of world.objects.of('PrometheusRule')) {
      for (const { alert, record, expr } of rulesOf(object)) {
        const problems = problemsOf(expr, recorded);
        if (problems.length === 0) continue;
        yield {
          at: placeOfObject(world, object),
          path: `${objectPath(object)} ${alert ?? record}`,
          got: [...new Set(problems)].join('; '),
          allowed: 'metrics of service/contract/metrics, and those of the platform in infra/rules/platform-metrics',
          fix: 'Correct the expression, or declare the metric where it is counted.',
        };
      }
    }
  },
};
