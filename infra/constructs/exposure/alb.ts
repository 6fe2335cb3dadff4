import type { Construct } from 'constructs';
import type { Deployable } from '../../model/deployable';
import type { Edge } from '../../model/entrance';
import { gracePeriodSeconds } from '../../model/lifecycle';
import { ingress, prefixed } from './ingress';
import { hstsSeconds } from './promises';

type Alb = Extract<Edge, { kind: 'alb' }>;

/** The annotations of the AWS Load Balancer Controller that are used; an unknown one would be ignored silently. */
type AlbAnnotation =
  | 'certificate-arn'
  | 'healthcheck-interval-seconds'
  | 'healthcheck-path'
  | 'healthcheck-timeout-seconds'
  | 'healthy-threshold-count'
  | 'listen-ports'
  | 'listener-attributes.HTTPS-443'
  | 'load-balancer-attributes'
  | 'load-balancer-name'
  | 'scheme'
  | 'ssl-policy'
  | 'ssl-redirect'
  | 'success-codes'
  | 'target-group-attributes'
  | 'target-type'
  | 'unhealthy-threshold-count'
  | 'wafv2-acl-arn';

/** Of a load balancer, by AWS. */
const longestName = 32;

const within = (least: number, most: number, value: number): string => String(Math.min(most, Math.max(least, value)));

/** Everything that AWS writes as `key=value,key=value`. */
const attributes = (values: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

const annotations = ({ environment, system }: Deployable, edge: Alb): Partial<Record<AlbAnnotation, string>> => {
  const { health, probes } = system.workloads.api;
  const { periodSeconds, timeoutSeconds, failureThreshold } = probes.readiness;
  // One account may hold the load balancers of all environments.
  const name = `${system.name}${environment.namespaceSuffix}-alb`;
  return {
    // A longer one is refused; without any, the controller makes one up.
    ...(name.length <= longestName && { 'load-balancer-name': name }),
    scheme: 'internet-facing',
    // To the pods themselves: past a port of the nodes, requests would go through nodes that are being drained.
    'target-type': 'ip',
    'listen-ports': JSON.stringify([{ HTTP: 80 }, { HTTPS: 443 }]),
    'ssl-redirect': '443',
    'ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    ...(edge.certificate && { 'certificate-arn': edge.certificate }),
    ...(edge.webAcl && { 'wafv2-acl-arn': edge.webAcl }),
    'healthcheck-path': health.ready,
    'success-codes': '200',
    // As the kubelet asks, within the bounds of AWS, which wants an answer before it asks again.
    'healthcheck-interval-seconds': within(5, 300, Math.max(periodSeconds, timeoutSeconds + 1)),
    'healthcheck-timeout-seconds': within(2, 120, timeoutSeconds),
    'healthy-threshold-count': '2',
    'unhealthy-threshold-count': within(2, 10, failureThreshold),
    'load-balancer-attributes': attributes({
      'idle_timeout.timeout_seconds': edge.timeoutSeconds,
      'routing.http.drop_invalid_header_fields.enabled': true,
    }),
    'listener-attributes.HTTPS-443': attributes({
      'routing.http.response.strict_transport_security.header_value': `max-age=${hstsSeconds}`,
    }),
    // For as long as the pod lives: less would cut its last answers off, more would wait for nobody.
    'target-group-attributes': attributes({
      'deregistration_delay.timeout_seconds': within(0, 3_600, gracePeriodSeconds(probes.readiness)),
    }),
  };
};

/** An Ingress of class alb: an Application Load Balancer of its own. It limits neither bodies nor clients, nor answers CORS. */
export const alb = (scope: Construct, deployable: Deployable, edge: Alb): void =>
  ingress(scope, deployable, {
    className: 'alb',
    annotations: prefixed('alb.ingress.kubernetes.io', annotations(deployable, edge)),
    tls: 'account',
  });
