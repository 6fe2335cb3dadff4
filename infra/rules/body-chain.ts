import { type Deployable, placeOf } from '../model/deployable';
import { entryAt, type PlainEnvironment } from '../model/service';
import { mebibytes } from '../model/units';
import type { Rule } from './rule';

/** What multipart adds to a file: boundaries and the headers of its parts. */
const overhead = 65_536;

/** The value that the service will have: environment before file before default. */
const effective = ({ system }: Deployable, path: string): number => {
  const setting = entryAt(path)?.setting;
  const given = Object.keys(setting?.spellings ?? {}).find((name) => name in system.config);
  const fromFile = path.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], system.file);
  return Number((given && system.config[given as keyof PlainEnvironment]) ?? fromFile ?? setting?.default);
};

export const bodyChain: Rule = {
  code: 'BODY-CHAIN',
  title: 'The edge takes every body that the service takes',
  why: 'Uploads that the service allows get 413 from a proxy that nobody looks at.',
  severity: 'error',
  reads: 'world',
  *check({ deployables }) {
    for (const deployable of deployables) {
      const { exposure } = deployable.system.workloads.api;
      if (exposure.kind === 'none') continue;
      const edge = mebibytes(exposure.body) * 1_048_576;
      const [json, upload] = [effective(deployable, 'server.bodyLimit'), effective(deployable, 'upload.maxFileSize') + overhead];
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
