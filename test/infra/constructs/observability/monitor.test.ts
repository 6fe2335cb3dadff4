import { metricsPath } from '../../../../service/contract/endpoints';
import { ownerOf } from '../../support/pods';
import { at, named, synthesized } from '../../support/synthesized';

const production = synthesized('production', 'itellico-api');
const monitor = named(production, 'ServiceMonitor', 'api-metrics');

test('the metrics port is scraped every 30 s where the service serves them, with pod and node as labels', () => {
  expect(at(monitor, 'spec.endpoints')).toEqual([
    {
      port: 'metrics',
      path: '/metrics',
      interval: '30s',
      scrapeTimeout: '10s',
      relabelings: [
        { action: 'replace', sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'pod' },
        { action: 'replace', sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'node' },
      ],
    },
  ]);
  expect(metricsPath).toBe('/metrics');
});

test('the monitor finds the Service of the API and no other', () => {
  const selector = at<Record<string, string>>(monitor, 'spec.selector.matchLabels');
  const found = production
    .of('Service')
    .filter(({ metadata: { labels = {} } }) => Object.entries(selector).every(([k, v]) => labels[k] === v));
  expect(found.map(({ metadata }) => metadata.name)).toEqual(['api']);
  expect(at<{ name: string }[]>(found[0], 'spec.ports').map(({ name }) => name)).toContain('metrics');
});

test('Prometheus selects monitor and rules by the label of its release', () => {
  for (const object of [monitor, named(production, 'PrometheusRule', 'api-alerts')]) {
    expect(object.metadata.labels).toMatchObject({ app: 'api', release: 'kube-prometheus-stack' });
  }
});

test('pods carry scrape annotations only where no operator scrapes: both would count twice', () => {
  const annotations = (objects: typeof production, id: string) => at(ownerOf(objects, id).object, 'spec.template.metadata.annotations');
  expect(Object.keys(annotations(production, 'Deployment/api') as object)).toEqual(['checksum/config']);
  expect(annotations(synthesized('development', 'itellico-api'), 'Deployment/api')).toMatchObject({
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '9091',
    'prometheus.io/path': '/metrics',
  });
});

test('what is not monitored is neither scraped nor watched, and Prometheus may not come in', () => {
  const objects = synthesized('production', 'itellico-api', { workloads: { api: { monitored: false } } });
  expect([...objects.of('ServiceMonitor'), ...objects.of('PrometheusRule')]).toEqual([]);
  expect(JSON.stringify(named(objects, 'NetworkPolicy', 'api-network-policy').spec)).not.toContain('9091');
});
