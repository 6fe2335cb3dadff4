import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '../../../../infra/environments';
import { entrance, reachedBy } from '../../support/exposures';
import { containerOf } from '../../support/pods';
import { at, everywhere, named, synthesized } from '../../support/synthesized';

const annotationsOf = (environment: EnvironmentName): Record<string, string> =>
  named(synthesized(environment, 'itellico-api'), 'Ingress', 'api-ingress').metadata.annotations ?? {};

const nginx = (name: string): string => `nginx.ingress.kubernetes.io/${name}`;

test.each<[EnvironmentName, string, string]>([
  ['production', 'api.itellico.com', 'letsencrypt-prod'],
  ['staging', 'staging.api.itellico.com', 'letsencrypt-staging'],
  ['development', 'development.api.itellico.com', 'letsencrypt-staging'],
])('%s of itellico-api is %s, with a certificate of %s', (environment, host, issuer) => {
  const ingress = named(synthesized(environment, 'itellico-api'), 'Ingress', 'api-ingress');
  expect(annotationsOf(environment)['cert-manager.io/cluster-issuer']).toBe(issuer);
  expect(ingress.spec).toEqual({
    ingressClassName: 'nginx',
    tls: [{ hosts: [host], secretName: 'api-tls' }],
    rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'api', port: { number: 3001 } } } }] } }],
  });
});

describe('the edge of itellico-api in production', () => {
  const annotations = annotationsOf('production');

  test('waits 300 s for an answer and limits a client to 100 requests a minute', () => {
    expect(annotations).toMatchObject({
      [nginx('proxy-read-timeout')]: '300',
      [nginx('proxy-send-timeout')]: '300',
      [nginx('limit-rpm')]: '100',
    });
  });

  test('lets the largest upload of 50 MiB through, with what multipart adds', () => {
    const size = annotations[nginx('proxy-body-size')] ?? '';
    expect(size).toMatch(/^\d+m$/);
    expect(Number.parseInt(size, 10)).toBeGreaterThan(50);
  });

  test('answers CORS with the origins, methods and nine headers of the guide', () => {
    expect(annotations).toMatchObject({
      [nginx('enable-cors')]: 'true',
      [nginx('cors-allow-origin')]: 'https://app.itellico.com,https://itellico.com',
      [nginx('cors-allow-methods')]: 'GET, POST, PUT, DELETE, OPTIONS, PATCH',
      [nginx('cors-allow-headers')]:
        'DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Authorization',
    });
  });

  test('sends plain HTTP to https', () => {
    expect(annotations[nginx('force-ssl-redirect')]).toBe('true');
  });

  test('uses no annotation that does not exist, and no snippet, which the controller refuses', () => {
    expect(Object.keys(annotations).filter((name) => /snippet|\/rate-limit$|gzip/.test(name))).toEqual([]);
  });
});

test('without CORS at the edge, the service answers it', () => {
  const { cors: _, requestsPerMinute: __, ...plain } = entrance;
  const objects = synthesized('production', 'rest-api', reachedBy({ kind: 'nginx', ...plain }));
  const { annotations = {} } = named(objects, 'Ingress', 'api-ingress').metadata;
  expect(Object.keys(annotations).filter((name) => /cors|limit-rpm/.test(name))).toEqual([]);
  expect(at(named(objects, 'ConfigMap', 'api-config'), 'data.CORS_OWNER')).toBe('service');
  expect(at(named(objects, 'Ingress', 'api-ingress'), 'spec.rules.0.http.paths.0.backend')).toEqual({
    service: { name: 'api-service', port: { number: 80 } },
  });
});

test('the service keeps idle connections for longer than the 60 s of the controller', () => {
  const { env } = containerOf(synthesized('production', 'itellico-api'), 'Deployment/api');
  expect(env).toContainEqual({ name: 'KEEP_ALIVE_TIMEOUT_MS', value: '72000' });
});

test('the closed list of annotations holds none that the controller does not have or refuses', () => {
  const source = readFileSync(join(__dirname, '../../../../infra/constructs/exposure/nginx.ts'), 'utf8');
  const [, closed = ''] = /type NginxAnnotation =\n([^;]*);/.exec(source) ?? [];
  const used = [...closed.matchAll(/'([^']+)'/g)].map(([, name]) => name);
  expect(used.length).toBeGreaterThan(5);
  // Of risk "Critical", or none of the controller's.
  expect(used.filter((name) => /snippet|^rate-limit$|gzip/.test(name ?? ''))).toEqual([]);
});

test.each(everywhere)('no path of %s %s leads to the metrics', (...where) => {
  const objects = synthesized(...where);
  const metrics = [...objects.of('Ingress'), ...objects.of('HTTPRoute')].flatMap(
    (ingress) => JSON.stringify(ingress.spec).match(/9091|metrics/g) ?? [],
  );
  expect(metrics).toEqual([]);
});
