import type { Cluster } from '../clusters';
import type { Environment, EnvironmentName } from '../environments';
import type { Names, System } from './system';

/** What runs: `tag` for people, `digest`, once built, for the cluster. */
export interface Release {
  tag: string;
  digest?: string;
}

/** What `kubeseal` writes: only the controller of the cluster can open it. */
export interface SealedSecret {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  spec: { encryptedData: Record<string, string>; template?: { type?: string } };
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
  /** The SealedSecrets of its file, where secrets come sealed. */
  sealed: readonly SealedSecret[];
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
  certificate: `${app}-tls`,
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

/** Labels by which everything finds the API's pods. */
export const selectorOf = ({ selector, app }: System): Readonly<Record<string, string>> => selector ?? { app };

export const containerName = ({ container = 'api' }: System): string => container;

export const hasCrds = ({ cluster }: Deployable, group: Cluster['crds'][number]): boolean => cluster.crds.includes(group);
