import type { EnvironmentName } from '../../../infra/environments';
import type { Deployable } from '../../../infra/model/deployable';
import { describe as told } from '../../../infra/model/finding';
import { load } from '../../../infra/model/load';
import type { Stack } from '../../../infra/model/stack';
import { releases } from './stacks';

/** A stack as one environment has it. @throws Error with every finding when it is not valid */
export const deployed = (stack: Stack, environment: EnvironmentName): Deployable => {
  const { deployables, findings } = load([stack], environment, releases);
  const [deployable] = deployables;
  if (!deployable) throw new Error(findings.map((finding) => told(finding)).join('\n'));
  return deployable;
};
