import type { Construct } from 'constructs';
import {
  Gateway,
  type GatewaySpecListeners,
  GatewaySpecListenersAllowedRoutesNamespacesFrom,
  GatewaySpecListenersTlsMode,
} from '../../../imports/gateway-gateway.networking.k8s.io';
import {
  HttpRoute,
  type HttpRouteSpecRules,
  type HttpRouteSpecRulesFilters,
  HttpRouteSpecRulesFiltersCorsAllowMethods as Method,
  HttpRouteSpecRulesMatchesPathType as PathType,
  HttpRouteSpecRulesFiltersRequestRedirectScheme as Scheme,
  HttpRouteSpecRulesFiltersRequestRedirectStatusCode as StatusCode,
  HttpRouteSpecRulesFiltersType as Type,
} from '../../../imports/httproute-gateway.networking.k8s.io';
import type { Deployable } from '../../model/deployable';
import { type Edge, edgeCors, publicHost } from '../../model/entrance';
import { inWave, metadata, wave } from '../metadata';
import { issuedBy } from './ingress';
import { hstsSeconds, preflightSeconds } from './promises';

type Props = Extract<Edge, { kind: 'gateway' }>;

/** cert-manager skips a listener without host, without Terminate, or with its Secret elsewhere. */
const listeners = (deployable: Deployable): GatewaySpecListeners[] => {
  const hostname = publicHost(deployable) as string;
  const allowedRoutes = { namespaces: { from: GatewaySpecListenersAllowedRoutesNamespacesFrom.SAME } };
  return [
    // Plain HTTP is for the redirect, and for the challenges by which certificates are issued.
    { name: 'http', hostname, port: 80, protocol: 'HTTP', allowedRoutes },
    {
      name: 'https',
      hostname,
      port: 443,
      protocol: 'HTTPS',
      allowedRoutes,
      tls: { mode: GatewaySpecListenersTlsMode.TERMINATE, certificateRefs: [{ name: deployable.names.certificate }] },
    },
  ];
};

const filters = (deployable: Deployable): HttpRouteSpecRulesFilters[] => {
  const cors = edgeCors(deployable);
  const hsts = { name: 'Strict-Transport-Security', value: `max-age=${hstsSeconds}` };
  return [
    { type: Type.RESPONSE_HEADER_MODIFIER, responseHeaderModifier: { set: [hsts] } },
    ...(cors
      ? [
          {
            type: Type.CORS,
            cors: {
              allowOrigins: [...cors.origins],
              allowMethods: cors.methods.map((method) => Method[method]),
              allowHeaders: [...cors.headers],
              allowCredentials: true,
              maxAge: preflightSeconds,
            },
          },
        ]
      : []),
  ];
};

/** A Gateway of the system's own, a route to the API, and one that sends plain HTTP to HTTPS. It limits neither bodies nor clients. */
export const gateway = (scope: Construct, deployable: Deployable, { timeoutSeconds }: Props): void => {
  const { cluster, names, system } = deployable;
  const matches = [{ path: { type: PathType.PATH_PREFIX, value: '/' } }];
  const route = (name: string, sectionName: 'http' | 'https', rule: HttpRouteSpecRules): HttpRoute =>
    new HttpRoute(scope, name, {
      metadata: { ...metadata(deployable, name), annotations: inWave(wave.around) },
      spec: { parentRefs: [{ name: names.ingress, sectionName }], hostnames: [publicHost(deployable) as string], rules: [rule] },
    });

  new Gateway(scope, names.ingress, {
    metadata: { ...metadata(deployable, names.ingress), annotations: { ...issuedBy(deployable), ...inWave(wave.around) } },
    spec: { gatewayClassName: cluster.waysIn.gateway.className, listeners: listeners(deployable) },
  });
  route(`${names.ingress}-route`, 'https', {
    matches,
    filters: filters(deployable),
    // Nobody repeats a request, so one attempt may take as long as all.
    timeouts: { request: `${timeoutSeconds}s`, backendRequest: `${timeoutSeconds}s` },
    backendRefs: [{ name: names.service, port: system.workloads.api.service.port }],
  });
  route(`${names.ingress}-redirect`, 'http', {
    matches,
    filters: [{ type: Type.REQUEST_REDIRECT, requestRedirect: { scheme: Scheme.HTTPS, statusCode: StatusCode.VALUE_301 } }],
  });
};
