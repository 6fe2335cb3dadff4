import { exposure } from '../../../infra/model/exposure-schema';
import { edgeKinds, entrance } from '../support/exposures';

const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef';
const acl = 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/rest-api/01234567-89ab-cdef-0123-456789abcdef';

const errorsOf = (value: unknown): string[] => {
  const { error } = exposure.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('a way in', () => {
  test.each(edgeKinds)('of kind %s takes what every edge takes', (kind) => {
    expect(errorsOf({ kind, ...entrance })).toEqual([]);
  });

  test('of AWS takes a certificate and a web ACL, and nothing that only looks like one', () => {
    expect(errorsOf({ kind: 'alb', ...entrance, certificate: arn, webAcl: acl })).toEqual([]);
    expect(errorsOf({ kind: 'alb', ...entrance, certificate: acl, webAcl: acl.replace('regional', 'global') })).toEqual([
      'certificate: the ARN of a certificate of AWS Certificate Manager',
      'webAcl: the ARN of a regional web ACL of AWS WAF',
    ]);
  });

  test.each(['nginx', 'traefik', 'gateway'])('of kind %s has no certificate of AWS', (kind) => {
    expect(errorsOf({ kind, ...entrance, certificate: arn })).toEqual([
      ': one of kind, host, body, timeoutSeconds, requestsPerMinute, cors',
    ]);
  });

  test('of an unknown kind is told the known ones', () => {
    expect(errorsOf({ kind: 'ingress', ...entrance })).toEqual(['kind: one of the kinds none, nodePort, nginx, traefik, gateway, alb']);
  });

  test('answers CORS for the origins of the service, which are not said again', () => {
    expect(errorsOf({ kind: 'nginx', ...entrance, cors: { ...entrance.cors, origins: ['*'] } })).toEqual(['cors: one of methods, headers']);
  });

  test('has no annotations of its own, so no snippet either', () => {
    const annotations = { 'nginx.ingress.kubernetes.io/server-snippet': 'gzip on;' };
    expect(errorsOf({ kind: 'nginx', ...entrance, annotations })).toHaveLength(1);
  });
});
