import { entrance, reachedBy } from '../../support/exposures';
import { mayReceive } from '../../support/network';
import { containerOf, variablesOf } from '../../support/pods';
import { at, deployableOf, named, objectsOf, synthesized } from '../../support/synthesized';

const production = synthesized('production', 'itellico-api', reachedBy({ kind: 'gateway', ...entrance }));
const gateway = named(production, 'Gateway', 'api-ingress');
const route = named(production, 'HTTPRoute', 'api-ingress-route');

describe('an edge of the Gateway API', () => {
  test('is a Gateway of the system itself, of the class of the cluster, whose annotation asks for the certificate', () => {
    expect(gateway.apiVersion).toBe('gateway.networking.k8s.io/v1');
    expect(gateway.metadata.namespace).toBe('itellico-mono');
    expect(gateway.metadata.annotations).toMatchObject({ 'cert-manager.io/cluster-issuer': 'letsencrypt-prod' });
    expect(at(gateway, 'spec.gatewayClassName')).toBe('envoy');
    expect(route.metadata.annotations).not.toHaveProperty(['cert-manager.io/cluster-issuer']);
  });

  test('listens for HTTPS as cert-manager wants it, and for HTTP, for routes of its namespace alone', () => {
    const allowedRoutes = { namespaces: { from: 'Same' } };
    expect(at(gateway, 'spec.listeners')).toEqual([
      { name: 'http', hostname: 'api.example.com', port: 80, protocol: 'HTTP', allowedRoutes },
      {
        name: 'https',
        hostname: 'api.example.com',
        port: 443,
        protocol: 'HTTPS',
        allowedRoutes,
        tls: { mode: 'Terminate', certificateRefs: [{ name: 'api-tls' }] },
      },
    ]);
  });

  test('has the prefix of the environment before its host', () => {
    const staging = synthesized('staging', 'itellico-api', reachedBy({ kind: 'gateway', ...entrance }));
    expect(at(named(staging, 'HTTPRoute', 'api-ingress-route'), 'spec.hostnames')).toEqual(['staging.api.example.com']);
    expect(named(staging, 'Gateway', 'api-ingress').metadata.annotations).toMatchObject({
      'cert-manager.io/cluster-issuer': 'letsencrypt-staging',
    });
  });

  test('leads every path to the Service, for no longer than the stack says', () => {
    expect(route.spec).toMatchObject({
      parentRefs: [{ name: 'api-ingress', sectionName: 'https' }],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          timeouts: { request: '120s', backendRequest: '120s' },
          backendRefs: [{ name: 'api', port: 3001 }],
        },
      ],
    });
  });

  test('sends HSTS for a year and answers CORS with the origins of the service', () => {
    expect(at(route, 'spec.rules.0.filters')).toEqual([
      {
        type: 'ResponseHeaderModifier',
        responseHeaderModifier: { set: [{ name: 'Strict-Transport-Security', value: 'max-age=31536000' }] },
      },
      {
        type: 'CORS',
        cors: {
          allowOrigins: ['https://app.itellico.com', 'https://itellico.com'],
          allowMethods: ['GET', 'POST', 'OPTIONS'],
          allowHeaders: ['Content-Type', 'Authorization'],
          allowCredentials: true,
          maxAge: 600,
        },
      },
    ]);
    expect(variablesOf(containerOf(production, 'Deployment/api')).CORS_OWNER).toBe('edge');
  });

  test('has no CORS filter where the service answers', () => {
    const objects = synthesized('production', 'itellico-api', reachedBy({ kind: 'gateway', ...entrance, cors: undefined }));
    const filters = at<{ type: string }[]>(named(objects, 'HTTPRoute', 'api-ingress-route'), 'spec.rules.0.filters');
    expect(filters.map(({ type }) => type)).toEqual(['ResponseHeaderModifier']);
    expect(variablesOf(containerOf(objects, 'Deployment/api')).CORS_OWNER).toBe('service');
  });

  test('has none either where the class does not know it: such a controller answers 500', () => {
    const deployable = deployableOf('production', 'itellico-api', reachedBy({ kind: 'gateway', ...entrance }));
    const { cluster } = deployable;
    const gateway = { ...cluster.waysIn.gateway, cors: false };
    const objects = objectsOf({ ...deployable, cluster: { ...cluster, waysIn: { ...cluster.waysIn, gateway } } });
    expect(JSON.stringify(objects.of('HTTPRoute'))).not.toContain('CORS');
    expect(variablesOf(containerOf(objects, 'Deployment/api')).CORS_OWNER).toBe('service');
  });

  test('sends plain HTTP to HTTPS and nowhere else', () => {
    const { spec } = named(production, 'HTTPRoute', 'api-ingress-redirect');
    expect(spec).toMatchObject({ parentRefs: [{ name: 'api-ingress', sectionName: 'http' }] });
    expect(at(spec, 'rules.0')).toEqual({
      matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
    });
  });

  test('closes an idle connection after the hour of Envoy, before the service does', () => {
    expect(variablesOf(containerOf(production, 'Deployment/api')).KEEP_ALIVE_TIMEOUT_MS).toBe('3612000');
  });

  test('is let in by the proxies of the class, and to the solver of certificates', () => {
    const labels = { 'app.kubernetes.io/managed-by': 'envoy-gateway', 'app.kubernetes.io/component': 'proxy' };
    const proxy = { namespace: 'envoy-gateway-system', labels };
    expect(mayReceive(production, { labels: { app: 'api' } }, proxy, 3001)).toBe(true);
    expect(mayReceive(production, { labels: { 'acme.cert-manager.io/http01-solver': 'true' } }, proxy, 8089)).toBe(true);
    expect(mayReceive(production, { labels: { app: 'api' } }, { namespace: 'envoy-gateway-system', labels: { app: 'x' } }, 3001)).toBe(
      false,
    );
  });
});
