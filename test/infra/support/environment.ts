import type { Objects } from '../../../infra/rules/objects';
import { containerOf, variablesOf } from './pods';
import { at, named } from './synthesized';

/** `Deployment/api`: there is one in each file. */
export const deploymentIn = (objects: Objects): string => `Deployment/${objects.of('Deployment')[0]?.metadata.name}`;

/** What the API's container gets: texts, those of the ConfigMap among them, or `secret <name>/<key>`. */
export const environmentOf = (objects: Objects): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variablesOf(containerOf(objects, deploymentIn(objects)))).map(([name, from]) => {
      const [, map, key] = /^config ([^/]+)\/(.+)$/.exec(from) ?? [];
      return [name, map && key ? (at<Record<string, string>>(named(objects, 'ConfigMap', map), 'data')[key] as string) : from];
    }),
  );

/** Keys of a Secret that development makes up or an ExternalSecret composes, sorted. */
export const secretKeys = (objects: Objects, name: string): string[] => {
  const made = objects.of('Secret').find(({ metadata }) => metadata.name === name);
  const data = made ? at(made, 'stringData') : at(named(objects, 'ExternalSecret', name), 'spec.target.template.data');
  return Object.keys(data as object).sort();
};

/** Text of one value of a Secret, as the store's template has it. */
export const composed = (objects: Objects, name: string, key: string): string =>
  at<Record<string, string>>(named(objects, 'ExternalSecret', name), 'spec.target.template.data')[key] ?? '';
