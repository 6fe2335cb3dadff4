import { gracePeriodSeconds } from '../../../../infra/model/lifecycle';
import type { CertificateArn, WebAclArn } from '../../../../infra/model/system';
import { restApi } from '../../../../infra/stacks/rest-api';
import { entrance, reachedBy } from '../../support/exposures';
import { mayReceive } from '../../support/network';
import { at, deployableOf, named, objectsOf, synthesized } from '../../support/synthesized';

const certificate: CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef';
const webAcl: WebAclArn = 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/rest-api/01234567-89ab-cdef-0123-456789abcdef';

const production = synthesized('production', 'rest-api', reachedBy({ kind: 'alb', ...entrance, certificate, webAcl }));

const annotation = (name: string): string => `alb.ingress.kubernetes.io/${name}`;
const ingress = named(production, 'Ingress', 'api-ingress');
const { annotations = {} } = ingress.metadata;

describe('a load balancer of AWS', () => {
  test('faces the internet, leads to the pods themselves and has the name of the guide', () => {
    expect(annotations).toMatchObject({
      [annotation('scheme')]: 'internet-facing',
      [annotation('target-type')]: 'ip',
      [annotation('load-balancer-name')]: 'rest-api-alb',
    });
    expect(ingress.spec).toMatchObject({ ingressClassName: 'alb', tls: [{ hosts: ['api.example.com'] }] });
  });

  test('has a name of its own in each environment', () => {
    const staging = synthesized('staging', 'rest-api', reachedBy({ kind: 'alb', ...entrance }));
    expect(named(staging, 'Ingress', 'api-ingress').metadata.annotations).toMatchObject({
      [annotation('load-balancer-name')]: 'rest-api-staging-alb',
    });
  });

  test('leaves its name to the controller when ours would be longer than AWS allows', () => {
    const deployable = deployableOf('production', 'rest-api', reachedBy({ kind: 'alb', ...entrance }));
    const objects = objectsOf({ ...deployable, system: { ...deployable.system, name: 'a-system-of-twenty-nine-chars' } });
    expect(named(objects, 'Ingress', 'api-ingress').metadata.annotations).not.toHaveProperty([annotation('load-balancer-name')]);
  });

  test('sends plain HTTP to HTTPS, speaks TLS 1.2 or later, and sends HSTS for a year', () => {
    expect(annotations).toMatchObject({
      [annotation('listen-ports')]: '[{"HTTP":80},{"HTTPS":443}]',
      [annotation('ssl-redirect')]: '443',
      [annotation('ssl-policy')]: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      [annotation('listener-attributes.HTTPS-443')]: 'routing.http.response.strict_transport_security.header_value=max-age=31536000',
    });
  });

  test('has the certificate and the firewall that the stack names, and asks cert-manager for nothing', () => {
    expect(annotations).toMatchObject({ [annotation('certificate-arn')]: certificate, [annotation('wafv2-acl-arn')]: webAcl });
    expect(annotations).not.toHaveProperty(['cert-manager.io/cluster-issuer']);
    expect(at(ingress, 'spec.tls.0.secretName')).toBeUndefined();
    expect(production.of('NetworkPolicy').filter(({ metadata }) => metadata.name.endsWith('-certificate'))).toEqual([]);
  });

  test('without them finds the certificate of the account, and has no firewall', () => {
    const plain = synthesized('production', 'rest-api', reachedBy({ kind: 'alb', ...entrance }));
    const names = Object.keys(named(plain, 'Ingress', 'api-ingress').metadata.annotations ?? {});
    expect(names.filter((name) => /certificate|waf/.test(name))).toEqual([]);
  });

  test('asks the readiness of the contract as often as the kubelet does', () => {
    expect(annotations).toMatchObject({
      [annotation('healthcheck-path')]: '/health/ready',
      [annotation('healthcheck-interval-seconds')]: '5',
      [annotation('healthcheck-timeout-seconds')]: '3',
      [annotation('unhealthy-threshold-count')]: '3',
    });
  });

  test('leaves a pod that goes its whole grace period for what is in flight', () => {
    const grace = gracePeriodSeconds(restApi.base.workloads.api.probes.readiness);
    expect(at(named(production, 'Deployment', 'api-deployment'), 'spec.template.spec.terminationGracePeriodSeconds')).toBe(grace);
    expect(annotations[annotation('target-group-attributes')]).toBe(`deregistration_delay.timeout_seconds=${grace}`);
  });

  test('holds up a rollout until new pods get requests', () => {
    expect(named(production, 'Namespace', 'rest-api').metadata.labels).toMatchObject({
      'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled',
    });
    expect(named(synthesized('production', 'itellico-api'), 'Namespace', 'itellico-mono').metadata.labels).not.toHaveProperty([
      'elbv2.k8s.aws/pod-readiness-gate-inject',
    ]);
  });

  test('gives up an idle connection before the service does, however long a request may take', () => {
    expect(annotations[annotation('load-balancer-attributes')]).toContain('idle_timeout.timeout_seconds=120,');
    expect(at(named(production, 'ConfigMap', 'api-config'), 'data.KEEP_ALIVE_TIMEOUT_MS')).toBe('132000');
  });

  test('leaves CORS to the service even if the stack would rather have it at the edge', () => {
    expect(at(named(production, 'ConfigMap', 'api-config'), 'data.CORS_OWNER')).toBe('service');
  });

  test('is let in, and believed about the address of the client, from the public subnets alone', () => {
    expect(at(named(production, 'ConfigMap', 'api-config'), 'data.TRUST_PROXY')).toBe('10.0.1.0/24,10.0.2.0/24');
    const api = { labels: { app: 'api' } };
    expect(mayReceive(production, api, { address: '10.0.2.17' }, 3000)).toBe(true);
    for (const address of ['10.0.10.5', '203.0.113.7']) expect(mayReceive(production, api, { address }, 3000)).toBe(false);
  });

  test.each([
    ['quicker', 1, { 'interval-seconds': '5', 'timeout-seconds': '2' }, '2'],
    ['slower', 400, { 'interval-seconds': '300', 'timeout-seconds': '120' }, '10'],
  ])('health checks keep to the bounds of AWS when probes are %s', (_, number, times, threshold) => {
    const readiness = { initialDelaySeconds: 0, periodSeconds: number, timeoutSeconds: number, failureThreshold: Math.min(number, 20) };
    const { workloads: { api } = {} } = reachedBy({ kind: 'alb', ...entrance });
    const objects = objectsOf(deployableOf('production', 'rest-api', { workloads: { api: { ...api, probes: { readiness } } } }));
    expect(named(objects, 'Ingress', 'api-ingress').metadata.annotations).toMatchObject({
      [annotation('healthcheck-interval-seconds')]: times['interval-seconds'],
      [annotation('healthcheck-timeout-seconds')]: times['timeout-seconds'],
      [annotation('unhealthy-threshold-count')]: threshold,
    });
  });
});
