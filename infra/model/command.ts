import type { Deployable } from './deployable';
import { heapMebibytes } from './memory';
import { entryPoints } from './service';

/** What a container of the API runs, in the image's working directory. */
export const apiCommand = ({ system }: Deployable): string[] => [
  'node',
  `--max-old-space-size=${heapMebibytes(system.workloads.api.resources)}`,
  entryPoints.api,
];

/** What applies the migrations. */
export const migrationCommand: readonly string[] = ['node', entryPoints.migration];
