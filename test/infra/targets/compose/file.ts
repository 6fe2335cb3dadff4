import { parse } from 'yaml';
import type { Stack } from '../../../../infra/model/stack';
import { composeFiles } from '../../../../infra/targets/compose';
import type { ComposeFile, Service } from '../../../../infra/targets/compose/types';
import { deployed } from '../../support/deployed';

export interface Rendered {
  file: ComposeFile;
  /** @throws Error naming those that there are */
  service(name: string): Service;
  nginx: string;
  roles: string;
}

/** The files of a stack in development, parsed. */
export const rendered = (stack: Stack): Rendered => {
  const files = composeFiles(deployed(stack, 'development'));
  const file = parse(files.get('compose.yaml') ?? '') as ComposeFile;
  return {
    file,
    service: (name) => {
      const found = file.services[name];
      if (!found) throw new Error(`no service ${name}; there are ${Object.keys(file.services).join(', ')}`);
      return found;
    },
    nginx: files.get('compose/nginx.conf') ?? '',
    roles: files.get('compose/roles.sh') ?? '',
  };
};
