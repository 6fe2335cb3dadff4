import { namespaceOf, type Objects } from './objects';
import type { Labels } from './selectors';

/** API groups that the API server has by itself; every other one is a custom resource's. */
const builtIn = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'extensions',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

/** `apps` of `apps/v1`; empty for the core of Kubernetes. */
export const groupOf = ({ apiVersion }: { apiVersion: string }): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '';

export const isCustom = (object: { apiVersion: string }): boolean => !builtIn.has(groupOf(object));

/**
 * Whether an operator will make pods with these labels, which are therefore not among the objects: it puts a label of its own
 * domain on them (`cnpg.io/cluster` for a Cluster of `postgresql.cnpg.io`).
 */
export const areMadeByOperator = (objects: Objects, namespace: string, labels: Labels): boolean => {
  const domains = Object.keys(labels).flatMap((label) => (label.includes('/') ? [`.${label.split('/')[0]}`] : []));
  return objects.all
    .filter((object) => isCustom(object) && namespaceOf(object) === namespace)
    .some((object) => domains.some((domain) => `.${groupOf(object)}`.endsWith(domain)));
};
