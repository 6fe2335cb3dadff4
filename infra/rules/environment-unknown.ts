import { z } from 'zod';
import { placeOf } from '../model/deployable';
import { codecOf, entryOf } from '../model/service';
import { serviceContainers, textOf } from './containers';
import type { Rule } from './rule';

export const environmentUnknown: Rule = {
  code: 'ENV-UNKNOWN',
  title: 'Every variable is one that the service reads, with a value that it takes',
  why: 'A variable that nobody reads looks like a setting and is none; a value that is refused stops the start.',
  severity: 'error',
  reads: 'world',
  *check({ deployables, objects }) {
    for (const { deployable, pod, container } of serviceContainers(deployables, objects)) {
      for (const variable of container.env ?? []) {
        const { name } = variable;
        const at = placeOf(deployable);
        const path = `${pod.object.kind}/${pod.object.metadata.name} env ${name}`;
        const codec = codecOf(name);
        if (!codec) {
          yield {
            at,
            path,
            got: 'a name that the service does not read',
            allowed: 'the spellings of service/contract/settings',
            fix: 'Correct the name, remove it, or declare it in the contract.',
          };
          continue;
        }
        const text = textOf(variable, objects, pod.object);
        if (text === undefined || entryOf(name)?.setting.sensitive) continue;
        const result = z.safeDecode(codec as z.core.$ZodType<unknown, string>, text);
        if (result.success) continue;
        yield {
          at,
          path,
          got: JSON.stringify(text),
          allowed: result.error.issues.map((issue) => issue.message).join('; '),
          fix: `Give a value for: ${entryOf(name)?.setting.about}.`,
        };
      }
    }
  },
};
