import { App } from 'cdk8s';
import { SystemChart } from '../../../infra/constructs/system-chart';
import type { EnvironmentName } from '../../../infra/environments';
import type { Finding } from '../../../infra/model/finding';
import { load } from '../../../infra/model/load';
import type { Stack } from '../../../infra/model/stack';
import { type Container, type KubernetesObject, Objects } from '../../../infra/rules/objects';
import type { Rule, World } from '../../../infra/rules/rule';
import { releases } from './stacks';

/** One environment of some stacks as rules see it, its objects changed by hand before. */
export const worldOf = (
  stacks: readonly Stack[],
  environment: EnvironmentName = 'production',
  change: (objects: KubernetesObject[]) => KubernetesObject[] | undefined = () => undefined,
): World => {
  const { deployables, findings } = load(stacks, environment, releases);
  if (findings.length > 0) throw new Error(JSON.stringify(findings));
  const app = () => new App({ recordConstructMetadata: false });
  const objects = structuredClone(deployables.flatMap((deployable) => new SystemChart(app(), deployable).toJson())) as KubernetesObject[];
  return { deployables, objects: new Objects(change(objects) ?? objects) };
};

export const findingsOf = (rule: Rule, world: World): Finding[] => [
  ...(rule.reads === 'objects' ? rule.check(world.objects) : rule.check(world)),
];

export const find = (objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`no ${kind}/${name}`);
  return found;
};

/** The only container of a workload, to be changed. */
export const containerOf = (object: KubernetesObject): Required<Container> => {
  const { template } = object.spec as { template: { spec: { containers: Required<Container>[] } } };
  return template.spec.containers[0] as Required<Container>;
};
