import type { Construct } from 'constructs';
import type { Deployable } from '../../model/deployable';
import { type Edge, edgeCors } from '../../model/entrance';
import { ingress, issuedBy, prefixed } from './ingress';

type Nginx = Extract<Edge, { kind: 'nginx' }>;

/** The annotations of ingress-nginx that are used: a closed list, so that none is emitted that does not exist or is refused. */
type NginxAnnotation =
  | 'cors-allow-headers'
  | 'cors-allow-methods'
  | 'cors-allow-origin'
  | 'enable-cors'
  | 'force-ssl-redirect'
  | 'limit-rpm'
  | 'proxy-body-size'
  | 'proxy-read-timeout'
  | 'proxy-send-timeout';

/** Not HSTS, which the controller adds to every answer over TLS by default. */
const annotations = (deployable: Deployable, edge: Nginx): Partial<Record<NginxAnnotation, string>> => {
  const { body, timeoutSeconds, requestsPerMinute } = edge;
  const cors = edgeCors(deployable);
  return {
    'force-ssl-redirect': 'true',
    'proxy-body-size': body.replace(/i$/, '').toLowerCase(),
    'proxy-read-timeout': String(timeoutSeconds),
    'proxy-send-timeout': String(timeoutSeconds),
    ...(requestsPerMinute && { 'limit-rpm': String(requestsPerMinute) }),
    ...(cors && {
      'enable-cors': 'true',
      'cors-allow-origin': cors.origins.join(','),
      'cors-allow-methods': cors.methods.join(', '),
      'cors-allow-headers': cors.headers.join(','),
    }),
  };
};

/** An Ingress of class nginx. */
export const nginx = (scope: Construct, deployable: Deployable, edge: Nginx): void =>
  ingress(scope, deployable, {
    className: 'nginx',
    annotations: { ...issuedBy(deployable), ...prefixed('nginx.ingress.kubernetes.io', annotations(deployable, edge)) },
    tls: 'secret',
  });
