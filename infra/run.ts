import type { Releases } from './model/load';
import type { Stack } from './model/stack';
import { publish } from './publish';
import { synthesize } from './synthesize';

export interface Folders {
  /** What the CLI lists: it deletes this folder before every run. */
  output: string;
  /** What is committed and applied. */
  dist: string;
}

/**
 * Synthesizes and publishes, or tells every error and leaves dist/ as it was.
 * @returns the exit code
 */
export const run = (stacks: readonly Stack[], releases: Releases, folders: Folders, tell: (line: string) => void): 0 | 1 => {
  const { files, errors, warnings } = synthesize(stacks, releases);
  for (const warning of warnings) tell(`warning: ${warning}\n`);
  if (errors.length > 0) {
    for (const error of errors) tell(`error: ${error}\n`);
    tell(`${errors.length} ${errors.length === 1 ? 'error' : 'errors'}; ${folders.dist}/ is as it was.`);
    return 1;
  }
  publish(files, folders.output);
  const { written, removed } = publish(files, folders.dist);
  for (const path of written) tell(`written ${folders.dist}/${path}`);
  for (const path of removed) tell(`removed ${folders.dist}/${path}`);
  tell(`${files.size} files in ${folders.dist}/, ${written.length} changed, ${removed.length} removed`);
  return 0;
};
