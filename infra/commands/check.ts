import { describe } from '../model/finding';
import { rules } from '../rules';
import { Objects } from '../rules/objects';
import type { Rule } from '../rules/rule';
import { type Input, readManifests } from './manifests';

const usage = 'usage: npm run check -- <folder or file> …';

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/**
 * Runs the rules that read objects alone over anybody's manifests.
 * @returns the exit code: 0 without errors, 1 with some, 2 when the input cannot be read
 */
export const check = (paths: readonly string[], tell: (line: string) => void): 0 | 1 | 2 => {
  if (paths.length === 0) {
    tell(usage);
    return 2;
  }
  const { objects, skipped, problems }: Input = readManifests(paths);
  if (problems.length > 0) {
    for (const problem of problems) tell(`error: ${problem}`);
    return 2;
  }
  const asked = rules.filter((rule) => rule.reads === 'objects');
  const world = new Objects(objects);
  const found: { rule: Rule; text: string }[] = [];
  for (const rule of asked) {
    try {
      found.push(...[...rule.check(world)].map((finding) => ({ rule, text: describe(finding, rule.code) })));
    } catch (error) {
      tell(`error: ${rule.code} cannot read these manifests (${(error as Error).message}): some field has not the form of its kind`);
      return 2;
    }
  }
  for (const { rule, text } of found) tell(`${rule.severity}: ${text}\n`);

  const errors = found.filter(({ rule }) => rule.severity === 'error').length;
  for (const rule of asked) {
    const count = found.filter((finding) => finding.rule === rule).length;
    if (count > 0) tell(`${String(count).padStart(4)}  ${rule.code}  ${rule.title}`);
  }
  const of = `${counted(objects.length, 'object')} checked by ${counted(asked.length, 'rule')}`;
  tell(found.length === 0 ? `nothing found: ${of}` : `${counted(errors, 'error')}, ${counted(found.length - errors, 'warning')}: ${of}`);
  if (skipped.length > 0) tell(`not Kubernetes objects, and skipped: ${skipped.join(', ')}`);
  return errors > 0 ? 1 : 0;
};

if (require.main === module) process.exitCode = check(process.argv.slice(2), console.log);
