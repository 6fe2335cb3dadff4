import { type Deployable, placeOf } from '../model/deployable';
import type { Finding } from '../model/finding';
import { type KubernetesObject, namespaceOf, type Objects } from './objects';

/** One environment, finished: what was said, and what came of it. */
export interface World {
  deployables: readonly Deployable[];
  objects: Objects;
}

interface About {
  readonly code: Uppercase<string>;
  readonly title: string;
  /** What happens to somebody who breaks it. */
  readonly why: string;
  readonly severity: 'error' | 'warning';
}

/** Rules know nothing of each other. Those that read objects alone also run on anybody's YAML. */
export type Rule = About &
  ({ reads: 'objects'; check(objects: Objects): Iterable<Finding> } | { reads: 'world'; check(world: World): Iterable<Finding> });

/** `Deployment/api`, for the path of a finding. */
export const objectPath = ({ kind, metadata }: KubernetesObject): string => `${kind}/${metadata.name}`;

/** The system in whose namespace an object is; the first of the environment for one that is in none. */
export const systemOf = ({ deployables }: World, object: KubernetesObject): Deployable | undefined =>
  deployables.find(({ namespace }) => namespace === namespaceOf(object)) ?? deployables[0];

/** Where a finding about an object belongs: `production.rest-api`. */
export const placeOfObject = (world: World, object: KubernetesObject): string => {
  const system = systemOf(world, object);
  return system ? placeOf(system) : namespaceOf(object);
};
