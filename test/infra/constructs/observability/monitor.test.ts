import { matches } from '../../../../infra/rules/objects';
import { metricsPath } from '../../../../service/contract/endpoints';
import { containerOf, ownerOf } from '../../support/pods';
import { at, deployableOf, everywhere, named, objectsOf, synthesized } from '../../support/synthesized';

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

const operated = everywhere.filter(([environment]) => environment !== 'development');

test.each(operated)(
  'in %s, the monitor of %s finds the Service of its API alone, and its alerts the containers of its pods',
  (...where) => {
    const deployable = deployableOf(...where);
    const objects = objectsOf(deployable);
    const { names } = deployable;
    const { matchLabels } = at<{ matchLabels: Record<string, string> }>(named(objects, 'ServiceMonitor', names.monitor), 'spec.selector');
    const found = objects.of('Service').filter(({ metadata: { labels = {} } }) => matches(matchLabels, labels));
    expect(found.map(({ metadata }) => metadata.name)).toEqual([names.service]);
    const containers = JSON.stringify(named(objects, 'PrometheusRule', names.alerts).spec).matchAll(/container=\\"(\w+)\\"/g);
    const name = containerOf(objects, `Deployment/${names.deployment}`).name;
    expect(new Set([...containers].map(([, container]) => container))).toEqual(new Set([name]));
  },
);

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
