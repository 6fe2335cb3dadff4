import type { Construct } from 'constructs';
import { Middleware, type MiddlewareSpec, MiddlewareSpecRateLimitPeriod } from '../../../imports/middleware-traefik.io';
import { type Deployable, hasCrds } from '../../model/deployable';
import { type Edge, edgeCors } from '../../model/entrance';
import { mebibytes } from '../../model/units';
import { metadata } from '../metadata';
import { ingress, issuedBy, prefixed } from './ingress';
import { hstsSeconds, preflightSeconds } from './promises';

type Traefik = Extract<Edge, { kind: 'traefik' }>;

/** The annotations of an Ingress that Traefik reads and we use; a misspelt one would be ignored silently. */
type TraefikAnnotation = 'router.entrypoints' | 'router.middlewares' | 'router.tls';

const annotated = (annotations: Partial<Record<TraefikAnnotation, string>>): Record<string, string> =>
  prefixed('traefik.ingress.kubernetes.io', annotations);

/** What is done to a request, by the last part of the object's name, in the order in which it is done. */
const steps = (deployable: Deployable, { body, requestsPerMinute }: Traefik): Record<string, MiddlewareSpec> => {
  const cors = edgeCors(deployable);
  return {
    headers: {
      headers: {
        stsSeconds: hstsSeconds,
        ...(cors && {
          accessControlAllowOriginList: [...cors.origins],
          accessControlAllowMethods: [...cors.methods],
          accessControlAllowHeaders: [...cors.headers],
          accessControlAllowCredentials: true,
          accessControlMaxAge: preflightSeconds,
          // A cache must not answer one origin with what was said to another.
          addVaryHeader: true,
        }),
      },
    },
    ...(requestsPerMinute && {
      'rate-limit': {
        rateLimit: { average: requestsPerMinute, period: MiddlewareSpecRateLimitPeriod.fromString('1m'), burst: requestsPerMinute },
      },
    }),
    body: { buffering: { maxRequestBodyBytes: mebibytes(body) * 1_048_576 } },
  };
};

/**
 * An Ingress of class traefik for HTTPS, and one that sends plain HTTP there. Without Traefik's custom resources only the
 * first: then its entry point has to redirect, and the service alone limits bodies and clients, answers CORS and sends HSTS.
 */
export const traefik = (scope: Construct, deployable: Deployable, edge: Traefik): void => {
  const able = hasCrds(deployable, 'traefik.io');
  const { namespace, names } = deployable;
  const middleware = (step: string, spec: MiddlewareSpec): string => {
    const name = `${names.ingress}-${step}`;
    new Middleware(scope, name, { metadata: metadata(deployable, name), spec });
    // The namespace is part of the name: without it, Traefik finds nothing and serves 404.
    return `${namespace}-${name}@kubernetescrd`;
  };
  const middlewares = able ? Object.entries(steps(deployable, edge)).map(([step, spec]) => middleware(step, spec)) : [];
  ingress(scope, deployable, {
    className: 'traefik',
    annotations: {
      ...issuedBy(deployable),
      ...annotated({
        'router.entrypoints': 'websecure',
        'router.tls': 'true',
        ...(able && { 'router.middlewares': middlewares.join(',') }),
      }),
    },
    tls: 'secret',
  });
  if (!able) return;
  const redirect = middleware('https', { redirectScheme: { scheme: 'https', permanent: true } });
  ingress(scope, deployable, {
    className: 'traefik',
    annotations: annotated({ 'router.entrypoints': 'web', 'router.middlewares': redirect }),
    suffix: '-redirect',
    tls: 'none',
  });
};
