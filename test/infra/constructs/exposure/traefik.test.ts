import type { EnvironmentName } from '../../../../infra/environments';
import { entrance, reachedBy } from '../../support/exposures';
import { mayReceive } from '../../support/network';
import { containerOf, variablesOf } from '../../support/pods';
import { at, named, synthesized } from '../../support/synthesized';

const itellico = (environment: EnvironmentName, more: Partial<typeof entrance> = {}) =>
  synthesized(environment, 'itellico-api', reachedBy({ kind: 'traefik', ...entrance, ...more }));

const production = itellico('production');
const annotation = (name: string): string => `traefik.ingress.kubernetes.io/${name}`;

const ingress = (name = 'api-ingress', objects = production) => named(objects, 'Ingress', name);

describe('an edge of Traefik', () => {
  test('serves the host over HTTPS, with a certificate of the issuer', () => {
    expect(ingress().metadata.annotations).toMatchObject({
      'cert-manager.io/cluster-issuer': 'letsencrypt-prod',
      [annotation('router.entrypoints')]: 'websecure',
      [annotation('router.tls')]: 'true',
    });
    expect(ingress().spec).toMatchObject({
      ingressClassName: 'traefik',
      tls: [{ hosts: ['api.example.com'], secretName: 'api-tls' }],
      rules: [{ host: 'api.example.com' }],
    });
  });

  test('names its middlewares with the namespace before them, and each is there', () => {
    const names = (ingress().metadata.annotations?.[annotation('router.middlewares')] ?? '').split(',');
    expect(names).toEqual([
      'itellico-mono-api-ingress-headers@kubernetescrd',
      'itellico-mono-api-ingress-rate-limit@kubernetescrd',
      'itellico-mono-api-ingress-body@kubernetescrd',
    ]);
    for (const name of names) named(production, 'Middleware', name.replace('itellico-mono-', '').replace('@kubernetescrd', ''));
  });

  test('sends plain HTTP to HTTPS, for good', () => {
    expect(ingress('api-ingress-redirect').metadata.annotations).toMatchObject({
      [annotation('router.entrypoints')]: 'web',
      [annotation('router.middlewares')]: 'itellico-mono-api-ingress-https@kubernetescrd',
    });
    expect(at(ingress('api-ingress-redirect'), 'spec.tls')).toBeUndefined();
    expect(named(production, 'Middleware', 'api-ingress-https').spec).toEqual({ redirectScheme: { scheme: 'https', permanent: true } });
  });

  test('asks for one certificate, not for another of the redirect', () => {
    expect(ingress('api-ingress-redirect').metadata.annotations).not.toHaveProperty(['cert-manager.io/cluster-issuer']);
  });

  test('sends HSTS for a year and answers CORS with the origins of the service', () => {
    expect(named(production, 'Middleware', 'api-ingress-headers').spec).toEqual({
      headers: {
        stsSeconds: 31_536_000,
        accessControlAllowOriginList: ['https://app.itellico.com', 'https://itellico.com'],
        accessControlAllowMethods: ['GET', 'POST', 'OPTIONS'],
        accessControlAllowHeaders: ['Content-Type', 'Authorization'],
        accessControlAllowCredentials: true,
        accessControlMaxAge: 600,
        addVaryHeader: true,
      },
    });
    expect(variablesOf(containerOf(production, 'Deployment/api')).CORS_OWNER).toBe('edge');
  });

  test('limits bodies and clients', () => {
    expect(named(production, 'Middleware', 'api-ingress-body').spec).toEqual({ buffering: { maxRequestBodyBytes: 57_671_680 } });
    expect(named(production, 'Middleware', 'api-ingress-rate-limit').spec).toEqual({
      rateLimit: { average: 100, period: '1m', burst: 100 },
    });
  });

  test('limits no client and leaves CORS to the service where the stack does not ask for it', () => {
    const objects = itellico('production', { requestsPerMinute: undefined, cors: undefined });
    expect(objects.of('Middleware').map(({ metadata }) => metadata.name)).toEqual([
      'api-ingress-headers',
      'api-ingress-body',
      'api-ingress-https',
    ]);
    expect(named(objects, 'Middleware', 'api-ingress-headers').spec).toEqual({ headers: { stsSeconds: 31_536_000 } });
    expect(variablesOf(containerOf(objects, 'Deployment/api')).CORS_OWNER).toBe('service');
  });

  test('closes an idle connection after 90 s, before the service does', () => {
    expect(variablesOf(containerOf(production, 'Deployment/api')).KEEP_ALIVE_TIMEOUT_MS).toBe('102000');
  });

  test('is let in, and to the solver of certificates, and nginx is not', () => {
    const api = { labels: { app: 'api' } };
    const solver = { labels: { 'acme.cert-manager.io/http01-solver': 'true' } };
    const traefik = { namespace: 'traefik', labels: { 'app.kubernetes.io/name': 'traefik' } };
    const nginx = { namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' } };
    expect([mayReceive(production, api, traefik, 3001), mayReceive(production, solver, traefik, 8089)]).toEqual([true, true]);
    expect([mayReceive(production, api, nginx, 3001), mayReceive(production, solver, nginx, 8089)]).toEqual([false, false]);
  });
});

describe('an edge of Traefik in a cluster without its custom resources', () => {
  const development = itellico('development');

  test('is one Ingress without middlewares', () => {
    expect(development.of('Middleware')).toEqual([]);
    expect(development.of('Ingress').map(({ metadata }) => metadata.name)).toEqual(['api-ingress']);
    expect(ingress('api-ingress', development).metadata.annotations).not.toHaveProperty([annotation('router.middlewares')]);
  });

  test('leaves CORS to the service', () => {
    expect(variablesOf(containerOf(development, 'Deployment/api')).CORS_OWNER).toBe('service');
  });
});
