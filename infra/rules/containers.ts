import { type Deployable, imageOf } from '../model/deployable';
import { entryOf } from '../model/service';
import { type Container, containersOf, type EnvVar, type KubernetesObject, type Objects, type PodOwner } from './objects';

/** A container that runs the service's image. */
export interface ServiceContainer {
  deployable: Deployable;
  pod: PodOwner;
  container: Container;
}

/** Every container of the service, in all its roles. */
export const serviceContainers = (deployables: readonly Deployable[], objects: Objects): ServiceContainer[] =>
  deployables.flatMap((deployable) =>
    objects.pods
      .filter(({ object }) => object.metadata.namespace === deployable.namespace)
      .flatMap((pod) =>
        containersOf(pod)
          .filter(({ image }) => image === imageOf(deployable))
          .map((container) => ({ deployable, pod, container })),
      ),
  );

/** The text of a plain variable, taken from its ConfigMap where it is a reference; undefined for a secret one. */
export const textOf = ({ value, valueFrom }: EnvVar, objects: Objects, { metadata }: KubernetesObject): string | undefined => {
  if (value !== undefined) return value;
  const reference = valueFrom?.configMapKeyRef;
  if (!reference) return undefined;
  const data = objects.find('ConfigMap', metadata.namespace, reference.name)?.data as Record<string, string> | undefined;
  return data?.[reference.key];
};

/** A duration of the service: its variable, or else its default. */
export const secondsOf = ({ container, pod }: ServiceContainer, objects: Objects, name: string): number => {
  const variable = container.env?.find((entry) => entry.name === name);
  return Number((variable && textOf(variable, objects, pod.object)) ?? entryOf(name)?.setting.default) / 1_000;
};
