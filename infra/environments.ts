import type { ClusterName } from './clusters';

export interface Environment {
  /** NODE_ENV of everything that runs there. */
  stage: 'development' | 'staging' | 'production';
  cluster: ClusterName;
  /** Ends the name of every namespace, so that all environments fit one cluster. */
  namespaceSuffix: '' | `-${string}`;
  /** Begins every public host. */
  hostPrefix: '' | `${string}.`;
  /** cert-manager's issuer of public certificates. */
  issuer: string;
  /** Argo CD: the branch that is tracked, and whether a change is applied without being asked. */
  gitops: { branch: string; automated: boolean };
  /** Secrets as plain objects with made-up values: for throw-away clusters only. */
  plainSecrets: boolean;
  /** Systems may be reached at a port of every node, over plain HTTP. */
  nodePorts: boolean;
  /** Pages served by a developer's own machine may call from a browser. */
  localOrigins: boolean;
}

export const environments = {
  development: {
    stage: 'development',
    cluster: 'development',
    namespaceSuffix: '-development',
    hostPrefix: 'development.',
    issuer: 'letsencrypt-staging',
    gitops: { branch: 'develop', automated: true },
    plainSecrets: true,
    nodePorts: true,
    localOrigins: true,
  },
  staging: {
    stage: 'staging',
    cluster: 'staging',
    namespaceSuffix: '-staging',
    hostPrefix: 'staging.',
    issuer: 'letsencrypt-staging',
    gitops: { branch: 'develop', automated: true },
    plainSecrets: false,
    nodePorts: false,
    localOrigins: false,
  },
  production: {
    stage: 'production',
    cluster: 'production',
    namespaceSuffix: '',
    hostPrefix: '',
    issuer: 'letsencrypt-prod',
    gitops: { branch: 'main', automated: false },
    plainSecrets: false,
    nodePorts: false,
    localOrigins: false,
  },
} satisfies Record<string, Environment>;

export type EnvironmentName = keyof typeof environments;

export const environmentNames = Object.keys(environments) as EnvironmentName[];
