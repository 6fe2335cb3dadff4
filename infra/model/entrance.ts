import { type Deployable, hasCrds } from './deployable';
import { settingValue } from './setting-value';
import type { Cors, Exposure } from './system';

/** The ways in that end TLS themselves and speak HTTP to the pods. */
export type Edge = Extract<Exposure, { host: string }>;

/** The edge before the API; undefined when nothing leads in, or only a port of the nodes. */
export const edgeOf = ({ system }: Deployable): Edge | undefined => {
  const { exposure } = system.workloads.api;
  return 'host' in exposure ? exposure : undefined;
};

/** The public host, with the environment's prefix; undefined without an edge. */
export const publicHost = (deployable: Deployable): string | undefined => {
  const edge = edgeOf(deployable);
  return edge && `${deployable.environment.hostPrefix}${edge.host}`;
};

/** Addresses of the proxies that stand before the API. */
export const trustedProxies = (deployable: Deployable): string[] => {
  const { cluster } = deployable;
  const edge = edgeOf(deployable);
  if (!edge) return [];
  return edge.kind === 'alb' ? [...cluster.waysIn.alb.cidrs] : [cluster.podCidr];
};

/** Time after which the edge gives up an idle connection to a pod, in seconds; undefined without an edge. */
export const edgeIdleSeconds = (deployable: Deployable): number | undefined => {
  const edge = edgeOf(deployable);
  // The idle time-out of a load balancer of AWS is its request time-out, too, on both of its sides.
  return edge?.kind === 'alb' ? edge.timeoutSeconds : edge && deployable.cluster.waysIn[edge.kind].idleSeconds;
};

/** The pod lets go last, else the edge sends into a closing socket; the seconds are those between news and deed. */
const keepAliveMargin = 12;

/** How long the service keeps an idle connection, in seconds; undefined without an edge: its default then does. */
export const keepAliveSeconds = (deployable: Deployable): number | undefined => {
  const idle = edgeIdleSeconds(deployable);
  return idle === undefined ? undefined : idle + keepAliveMargin;
};

/** Whether an edge can answer CORS: a load balancer of AWS cannot, the others as far as their cluster goes. */
const answersCors = (deployable: Deployable, { kind }: Edge): boolean => {
  if (kind === 'traefik') return hasCrds(deployable, 'traefik.io');
  return kind === 'gateway' ? deployable.cluster.waysIn.gateway.cors : kind === 'nginx';
};

/** CORS where the edge answers it, with the origins that the service was told; undefined where the service does, or nobody. */
export const edgeCors = (deployable: Deployable): (Cors & { origins: readonly string[] }) | undefined => {
  const edge = edgeOf(deployable);
  const origins = settingValue<readonly string[]>(deployable.system, 'cors.origins');
  return edge?.cors && answersCors(deployable, edge) && origins.length > 0 ? { ...edge.cors, origins } : undefined;
};
