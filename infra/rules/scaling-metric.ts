import { metrics } from '../model/service';
import { type KubernetesObject, namespaceOf, type Objects } from './objects';
import { objectPath, placeOfObject, type Rule } from './rule';
import { type LabelSelector, type Labels, matches, selects } from './selectors';

interface AutoscalerSpec {
  scaleTargetRef: { kind: string; name: string };
  metrics?: { type: string; pods?: { metric: { name: string } } }[];
}

const specOf = ({ spec }: KubernetesObject): AutoscalerSpec => spec as AutoscalerSpec;

const customMetricsOf = (autoscaler: KubernetesObject): string[] =>
  (specOf(autoscaler).metrics ?? []).flatMap(({ pods }) => (pods ? [pods.metric.name] : []));

const hasAdapterRule = (objects: Objects, namespace: string, counter: string): boolean =>
  objects
    .within(namespace, 'ConfigMap')
    .some(({ data }) => Object.values((data ?? {}) as Record<string, string>).some((text) => text.includes(`seriesQuery: '${counter}{`)));

interface Monitored {
  selector: LabelSelector;
  endpoints: { port?: string }[];
}

interface ServiceSpec {
  selector?: Labels;
  ports?: { name?: string }[];
}

/** Whether a monitor selects a Service of these pods, and a port that it has. */
const isScraped = (objects: Objects, namespace: string, pods: Labels): boolean =>
  objects.within(namespace, 'ServiceMonitor').some((monitor) => {
    const { selector, endpoints } = monitor.spec as Monitored;
    return objects.within(namespace, 'Service').some(({ metadata, spec }) => {
      const { selector: selected, ports = [] } = spec as ServiceSpec;
      const leadsToPods = selected !== undefined && matches(selected, pods);
      return (
        leadsToPods && selects(selector, metadata.labels ?? {}) && ports.some(({ name }) => endpoints.some(({ port }) => port === name))
      );
    });
  });

/** Where no operator is, Prometheus finds the pods by their annotations. */
const isAnnotated = (workload?: KubernetesObject): boolean => {
  const { template } = (workload?.spec ?? {}) as { template?: { metadata?: { annotations?: Record<string, string> } } };
  return template?.metadata?.annotations?.['prometheus.io/scrape'] === 'true';
};

export const scalingMetric: Rule = {
  code: 'HPA-METRIC-SOURCE',
  title: 'A custom metric of an autoscaler has a source',
  why: 'The metric is unknown for ever, and while one metric fails nothing is scaled down.',
  severity: 'error',
  reads: 'world',
  *check(world) {
    const { objects } = world;
    for (const autoscaler of objects.of('HorizontalPodAutoscaler')) {
      const namespace = namespaceOf(autoscaler);
      const { kind, name: target } = specOf(autoscaler).scaleTargetRef;
      const pods = objects.podsWithin(namespace).find(({ object }) => object.kind === kind && object.metadata.name === target);
      for (const name of customMetricsOf(autoscaler)) {
        const counter = name.replace(/_per_second$/, '_total');
        const missing = [
          ...(pods ? [] : [`there is no ${kind}/${target}`]),
          ...(counter in metrics ? [] : [`the service counts no ${counter}`]),
          ...(hasAdapterRule(objects, namespace, counter) ? [] : [`no adapter rule makes it of ${counter}`]),
          ...(isScraped(objects, namespace, pods?.labels ?? {}) || isAnnotated(pods?.object) ? [] : ['nothing scrapes the pods']),
        ];
        if (missing.length === 0) continue;
        yield {
          at: placeOfObject(world, autoscaler),
          path: `${objectPath(autoscaler)} metric ${name}`,
          got: missing.join('; '),
          allowed: 'a rate of a counter in service/contract/metrics, an adapter rule for it, and a ServiceMonitor or scrape annotations',
          fix: 'Scale by cpu alone, or set workloads.api.monitored where the cluster has the Prometheus operator.',
        };
      }
    }
  },
};
