import { placeOf } from '../model/deployable';
import { dependencySlots, entries } from '../model/service';
import { serviceContainers } from './containers';
import type { Rule } from './rule';

export const environmentMissing: Rule = {
  code: 'ENV-MISSING',
  title: 'Every variable that the service needs is set',
  why: 'The service refuses to start, in a loop.',
  severity: 'error',
  reads: 'world',
  *check({ deployables, objects }) {
    for (const { deployable, pod, container } of serviceContainers(deployables, objects)) {
      const set = new Set(container.env?.map(({ name }) => name));
      const at = placeOf(deployable);
      const path = `${pod.object.kind}/${pod.object.metadata.name} env`;
      const features: readonly string[] = pod.object.kind === 'Job' ? [] : deployable.system.features;

      for (const { setting } of entries) {
        const names = Object.keys(setting.spellings);
        const { required } = setting;
        if (!required || names.some((name) => set.has(name)) || (required !== 'always' && !features.includes(required))) continue;
        yield {
          at,
          path,
          got: `none of ${names.join(', ')}`,
          allowed: `one of them: ${setting.about}; needed ${required === 'always' ? 'always' : `by the feature ${required}`}`,
          fix: `Set ${names[0]} in the stack, under ${setting.kind === 'secret' ? 'secrets' : 'config'}.`,
        };
      }
      for (const [slot, { readiness, spellings, about }] of Object.entries(dependencySlots)) {
        const complete = Object.values(spellings).some((names: readonly string[]) => names.every((name) => set.has(name)));
        if (readiness === 'soft' || complete) continue;
        yield {
          at,
          path,
          got: `no whole set of variables for ${slot}`,
          allowed: Object.values(spellings)
            .map((names: readonly string[]) => names.join(' + '))
            .join(', or '),
          fix: `Add dependencies.${slot} (${about}), and name it under uses.`,
        };
      }
    }
  },
};
