import type { Releases } from './model/load';
import type { Stack } from './model/stack';
import { type Published, publish } from './publish';
import { synthesize } from './synthesize';
import { isTarget } from './targets';

export interface Folders {
  /** What the CLI lists: it deletes this folder before every run. */
  output: string;
  /** What is committed and applied. */
  dist: string;
  /** Where files for other runtimes lie, beside what they build. */
  service: string;
}

/**
 * Synthesizes and publishes, or tells every error and leaves dist/ as it was.
 * @returns the exit code
 */
export const run = (stacks: readonly Stack[], releases: Releases, folders: Folders, tell: (line: string) => void): 0 | 1 => {
  const { files, targets, errors, warnings } = synthesize(stacks, releases);
  for (const warning of warnings) tell(`warning: ${warning}\n`);
  if (errors.length > 0) {
    for (const error of errors) tell(`error: ${error}\n`);
    tell(`${errors.length} ${errors.length === 1 ? 'error' : 'errors'}; ${folders.dist}/ is as it was.`);
    return 1;
  }
  publish(files, folders.output);
  const published: [string, ReadonlyMap<string, string>, Published][] = [
    [folders.dist, files, publish(files, folders.dist)],
    [folders.service, targets, publish(targets, folders.service, isTarget)],
  ];
  for (const [folder, made, { written, removed }] of published) {
    for (const path of written) tell(`written ${folder}/${path}`);
    for (const path of removed) tell(`removed ${folder}/${path}`);
    tell(`${made.size} files in ${folder}/, ${written.length} changed, ${removed.length} removed`);
  }
  return 0;
};
