import { tlsHost } from '../../../infra/rules/tls-host';
import { edgeKinds, entrance } from '../support/exposures';
import { findingsIn, object } from '../support/small-objects';
import { changed, itellicoApi, stacks } from '../support/stacks';
import { findingsOf, worldOf } from '../support/world';

const ingress = (name: string, host: string | undefined, tls?: { hosts: string[] }[]) =>
  object('Ingress', name, { spec: { rules: [{ host }], tls } }, 'networking.k8s.io/v1');

const gateway = (...listeners: object[]) => object('Gateway', 'web', { spec: { listeners } }, 'gateway.networking.k8s.io/v1');

const https = (more: object = {}) => ({
  name: 'https',
  protocol: 'HTTPS',
  hostname: 'shop.example.com',
  tls: { mode: 'Terminate', certificateRefs: [{ name: 'shop-tls' }] },
  ...more,
});

const route = (hostname: string, parent: object = {}) =>
  object('HTTPRoute', 'web', { spec: { hostnames: [hostname], parentRefs: [{ name: 'web', ...parent }] } }, 'gateway.networking.k8s.io/v1');

describe('TLS-HOST', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(tlsHost, worldOf(stacks, environment))).toEqual([]);
  });

  test.each(edgeKinds)('has nothing to say of an edge of kind %s', (kind) => {
    const stack = changed(itellicoApi, { workloads: { api: { exposure: { kind, ...entrance } } } });
    expect(findingsOf(tlsHost, worldOf([stack]))).toEqual([]);
  });

  test('finds a host of an Ingress without a certificate', () => {
    expect(findingsIn(tlsHost, ingress('web', 'shop.example.com', [{ hosts: ['www.example.com'] }]))).toEqual([
      {
        at: 'shop',
        path: 'Ingress/web rules',
        got: 'shop.example.com',
        allowed: 'hosts under tls of an Ingress of the namespace: www.example.com',
        fix: 'Name the host in spec.tls, with the Secret of its certificate.',
      },
    ]);
    expect(findingsIn(tlsHost, ingress('web', undefined, [{ hosts: ['shop.example.com'] }]))).toMatchObject([
      { got: 'a rule for every host' },
    ]);
  });

  test('takes a certificate of another Ingress of the namespace, and one for all names of a domain', () => {
    const secured = ingress('secured', 'shop.example.com', [{ hosts: ['shop.example.com'] }]);
    expect(findingsIn(tlsHost, secured, ingress('redirect', 'shop.example.com'))).toEqual([]);
    expect(findingsIn(tlsHost, ingress('web', 'shop.example.com', [{ hosts: ['*.example.com'] }]))).toEqual([]);
    expect(findingsIn(tlsHost, ingress('web', 'a.shop.example.com', [{ hosts: ['*.example.com'] }]))).toHaveLength(1);
  });

  test.each([
    ['no hostname', { hostname: undefined }],
    ['tls.mode Passthrough', { tls: { mode: 'Passthrough' } }],
    ['no certificateRefs', { tls: { mode: 'Terminate' } }],
    ['its Secret shop-tls in the namespace certificates', { tls: { certificateRefs: [{ name: 'shop-tls', namespace: 'certificates' }] } }],
  ])('finds a listener with %s, which cert-manager skips', (got, more) => {
    expect(findingsIn(tlsHost, gateway(https(more)))).toMatchObject([{ path: 'Gateway/web listener https', got }]);
  });

  test('takes a listener that cert-manager takes, and asks nothing of plain HTTP', () => {
    expect(findingsIn(tlsHost, gateway(https(), { name: 'http', protocol: 'HTTP' }))).toEqual([]);
  });

  test('finds a route for a host that its listener does not have', () => {
    expect(findingsIn(tlsHost, gateway(https()), route('www.example.com'))).toEqual([
      {
        at: 'shop',
        path: 'HTTPRoute/web hostnames',
        got: 'www.example.com',
        allowed: 'hosts of the listeners it names: shop.example.com',
        fix: 'Give Gateway and route the same host, and the route a sectionName that the Gateway has.',
      },
    ]);
    expect(findingsIn(tlsHost, gateway(https()), route('shop.example.com', { sectionName: 'web' }))).toHaveLength(1);
    expect(findingsIn(tlsHost, gateway(https()), route('shop.example.com', { sectionName: 'https' }))).toEqual([]);
  });

  test('says nothing of a route whose Gateway is described elsewhere', () => {
    expect(findingsIn(tlsHost, route('shop.example.com', { namespace: 'gateways' }))).toEqual([]);
  });
});
