import type { Deployable } from '../model/deployable';
import type { Finding } from '../model/finding';
import type { KubernetesObject, Objects } from './objects';

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
