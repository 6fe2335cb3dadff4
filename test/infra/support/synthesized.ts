import { App } from 'cdk8s';
import { SystemChart } from '../../../infra/constructs/system-chart';
import { type EnvironmentName, environmentNames } from '../../../infra/environments';
import type { Deployable, Release } from '../../../infra/model/deployable';
import { describe as told } from '../../../infra/model/finding';
import { load } from '../../../infra/model/load';
import { type Difference, resolve } from '../../../infra/model/stack';
import type { System } from '../../../infra/model/system';
import { type KubernetesObject, Objects } from '../../../infra/rules/objects';
import { itellicoApi } from '../../../infra/stacks/itellico-api';
import { petBackend } from '../../../infra/stacks/pet-backend';
import { restApi } from '../../../infra/stacks/rest-api';
import { temporalApi } from '../../../infra/stacks/temporal-api';
import { todoBackend } from '../../../infra/stacks/todo-backend';

const stacks = {
  'itellico-api': itellicoApi,
  'pet-backend': petBackend,
  'rest-api': restApi,
  'temporal-api': temporalApi,
  'todo-backend': todoBackend,
};

export type SystemName = keyof typeof stacks;

/** Every system in every environment, for `describe.each`. */
export const everywhere: [EnvironmentName, SystemName][] = environmentNames.flatMap((environment) =>
  (Object.keys(stacks) as SystemName[]).map((system): [EnvironmentName, SystemName] => [environment, system]),
);

/**
 * A real system as one environment has it, or a copy that differs a little.
 * @throws Error with every finding when the copy is not valid
 */
export const deployableOf = (
  environment: EnvironmentName,
  system: SystemName,
  change: Difference<System> = {},
  release: Release = { tag: '0.1.0' },
): Deployable => {
  const base = resolve(stacks[system], environment) as System;
  const stack = { base, development: {}, staging: {}, production: {}, [environment]: change };
  const { deployables, findings } = load([stack], environment, { [environment]: { [base.name]: release } });
  const [deployable] = deployables;
  if (!deployable) throw new Error(findings.map((finding) => told(finding)).join('\n'));
  return deployable;
};

/** All objects of it, in the order of its file. */
export const objectsOf = (deployable: Deployable): Objects =>
  new Objects(new SystemChart(new App({ recordConstructMetadata: false }), deployable).toJson());

export const synthesized = (...parameters: Parameters<typeof deployableOf>): Objects => objectsOf(deployableOf(...parameters));

/** The object of that kind and name. @throws Error naming those that there are */
export const named = (objects: Objects, kind: string, name: string): KubernetesObject => {
  const found = objects.of(kind).find(({ metadata }) => metadata.name === name);
  if (found) return found;
  const names = objects.of(kind).map(({ metadata }) => metadata.name);
  throw new Error(`no ${kind} ${name}; there are ${names.join(', ') || 'none'}`);
};

/** What stands at a path such as `spec.template`; undefined when nothing does. */
export const at = <T = unknown>(tree: unknown, path: string): T =>
  path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], tree) as T;

/** `Deployment/api`. */
export const idOf = ({ kind, metadata }: KubernetesObject): string => `${kind}/${metadata.name}`;
