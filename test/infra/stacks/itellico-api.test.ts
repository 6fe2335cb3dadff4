import type { EnvironmentName } from '../../../infra/environments';
import { environmentOf, secretKeys } from '../support/environment';
import { at, idOf, named, synthesized } from '../support/synthesized';

const environments = {
  development: synthesized('development', 'itellico-api'),
  staging: synthesized('staging', 'itellico-api'),
  production: synthesized('production', 'itellico-api'),
};
const { development, staging, production } = environments;

test('everything in production has the name of the guide', () => {
  expect(production.all.map(idOf)).toEqual(
    expect.arrayContaining([
      'Namespace/itellico-mono',
      'Deployment/api',
      'Service/api',
      'ServiceAccount/itellico-api',
      'ConfigMap/api-config',
      'HorizontalPodAutoscaler/api-hpa',
      'Ingress/api-ingress',
      'NetworkPolicy/api-network-policy',
      'ServiceMonitor/api-metrics',
      'PodDisruptionBudget/api-pdb',
      'PrometheusRule/api-alerts',
    ]),
  );
});

test('the objects of the API keep their names in every environment; only the namespace tells them apart', () => {
  for (const objects of [development, staging]) {
    expect(objects.all.map(idOf)).toEqual(
      expect.arrayContaining([
        'Deployment/api',
        'Service/api',
        'ConfigMap/api-config',
        'Ingress/api-ingress',
        'NetworkPolicy/api-network-policy',
      ]),
    );
  }
});

test.each<[EnvironmentName, string, string]>([
  ['development', 'development.api.itellico.com', 'letsencrypt-staging'],
  ['staging', 'staging.api.itellico.com', 'letsencrypt-staging'],
  ['production', 'api.itellico.com', 'letsencrypt-prod'],
])('%s is reached by nginx at %s, with a certificate of %s', (environment, host, issuer) => {
  const ingress = named(environments[environment], 'Ingress', 'api-ingress');
  expect(ingress.spec).toMatchObject({ ingressClassName: 'nginx', rules: [{ host }], tls: [{ hosts: [host], secretName: 'api-tls' }] });
  expect(ingress.metadata.annotations).toMatchObject({ 'cert-manager.io/cluster-issuer': issuer });
  expect(environmentOf(environments[environment])).toMatchObject({ SWAGGER_HOST: host, CORS_OWNER: 'edge' });
});

test('documentation is on, but not public, in staging and production', () => {
  for (const objects of [staging, production]) {
    expect(environmentOf(objects).ENABLE_SWAGGER).toBe('true');
    expect(environmentOf(objects).SWAGGER_PUBLIC ?? 'false').toBe('false');
  }
});

test('mail goes to the relay of that name', () => {
  for (const objects of [staging, production]) expect(environmentOf(objects)).toMatchObject({ MAIL_HOST: 'mailpit', MAIL_PORT: '1025' });
});

test('PostgreSQL is a cluster with a pooler in staging and production, and one server on development', () => {
  expect(named(production, 'Cluster', 'postgresql').spec).toMatchObject({ instances: 3 });
  expect(named(staging, 'Cluster', 'postgresql').spec).toMatchObject({ instances: 1 });
  for (const objects of [staging, production]) expect(at(named(objects, 'Pooler', 'postgresql-pooler'), 'spec.instances')).toBe(2);
  expect(development.of('StatefulSet').map(({ metadata }) => metadata.name)).toEqual(['postgresql', 'redis']);
});

test('api-secrets holds the keys of the guide, and on development those of its own servers alone', () => {
  const own = ['database-url', 'jwt-refresh-secret', 'jwt-secret', 'redis-url'];
  expect(secretKeys(development, 'api-secrets')).toEqual(own);
  for (const objects of [staging, production]) {
    expect(secretKeys(objects, 'api-secrets')).toEqual([...own, 'rabbitmq-url', 's3-access-key', 's3-secret-key'].sort());
  }
});

test('one metric of the service scales it in production, by a rule that lies in its own namespace', () => {
  const rules = named(production, 'ConfigMap', 'api-prometheus-adapter-rules');
  expect(rules.metadata).toMatchObject({
    namespace: 'itellico-mono',
    labels: { 'app.kubernetes.io/component': 'prometheus-adapter-rules' },
  });
  expect(JSON.stringify(named(production, 'HorizontalPodAutoscaler', 'api-hpa').spec)).toContain('http_requests_per_second');
  expect(production.all.filter(({ metadata }) => metadata.namespace === 'monitoring')).toEqual([]);
});
