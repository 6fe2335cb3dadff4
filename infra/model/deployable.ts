import type { Cluster } from '../clusters';
import type { Environment, EnvironmentName } from '../environments';
import type { Names, System } from './system';

/** What runs: `tag` for people, `digest`, once built, for the cluster. */
export interface Release {
  tag: string;
  digest?: string;
}

/** One system in one environment, parsed: all that constructs and rules read. */
export interface Deployable {
  environmentName: EnvironmentName;
  environment: Environment;
  cluster: Cluster;
  system: System;
  /** Name of the namespace, with the environment's suffix. */
  namespace: string;
  names: Names;
  release: Release;
}

/** Where a finding about it belongs: `production.rest-api`. */
export const placeOf = ({ environmentName, system }: Pick<Deployable, 'environmentName' | 'system'>): string =>
  `${environmentName}.${system.name}`;

export const namesOf = ({ app, names }: System): Names => ({
  deployment: app,
  service: app,
  serviceAccount: app,
  configuration: `${app}-config`,
  autoscaler: `${app}-hpa`,
  ingress: `${app}-ingress`,
  networkPolicy: `${app}-network-policy`,
  monitor: `${app}-metrics`,
  disruptionBudget: `${app}-pdb`,
  alerts: `${app}-alerts`,
  migration: `${app}-migrate`,
  ...names,
});

/** `repository:tag@digest`: readable and pinned; without the digest before the first release. */
export const imageOf = ({ system, release }: Deployable): string =>
  `${system.image.repository}:${release.tag}${release.digest ? `@${release.digest}` : ''}`;

/** The public host, with the environment's prefix; undefined when nothing leads in from outside. */
export const publicHost = ({ environment, system }: Deployable): string | undefined => {
  const { exposure } = system.workloads.api;
  return exposure.kind === 'none' ? undefined : `${environment.hostPrefix}${exposure.host}`;
};

/** Addresses of the proxies that stand before the API. */
export const trustedProxies = ({ cluster, system }: Deployable): string[] =>
  system.workloads.api.exposure.kind === 'none' ? [] : [cluster.podCidr];

export const hasCrds = ({ cluster }: Deployable, group: Cluster['crds'][number]): boolean => cluster.crds.includes(group);
