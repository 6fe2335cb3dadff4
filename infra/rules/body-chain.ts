import { bodyLimits } from '../model/body-limits';
import { placeOf } from '../model/deployable';
import { edgeOf } from '../model/entrance';
import { mebibytes } from '../model/units';
import type { Rule } from './rule';

export const bodyChain: Rule = {
  code: 'BODY-CHAIN',
  title: 'The edge takes every body that the service takes',
  why: 'Uploads that the service allows get 413 from a proxy that nobody looks at.',
  severity: 'error',
  reads: 'world',
  *check({ deployables }) {
    for (const deployable of deployables) {
      const exposure = edgeOf(deployable);
      if (!exposure) continue;
      const edge = mebibytes(exposure.body) * 1_048_576;
      const { json, upload } = bodyLimits(deployable.system);
      if (edge >= Math.max(json, upload)) continue;
      yield {
        at: placeOf(deployable),
        path: 'workloads.api.exposure.body',
        got: `${exposure.body} (${edge} bytes)`,
        allowed: `${Math.max(json, upload)} bytes or more: JSON bodies of ${json}, uploads of ${upload} with what multipart adds`,
        fix: `Raise it to ${Math.ceil(Math.max(json, upload) / 1_048_576)}Mi, or lower the limits of the service.`,
      };
    }
  },
};
