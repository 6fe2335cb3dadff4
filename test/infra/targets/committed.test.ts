import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../../../infra/synthesize';
import { isTarget } from '../../../infra/targets';
import { composeRow, flyRows } from '../../../infra/targets/rows';
import { releases, stacks } from '../support/stacks';

const service = join(__dirname, '../../../service');

const committed = ['.', 'compose']
  .flatMap((folder) => readdirSync(join(service, folder)).map((name) => (folder === '.' ? name : `${folder}/${name}`)))
  .filter(isTarget);

const { targets, errors } = synthesize(stacks, releases);

test('the files of other runtimes are made without an error', () => {
  expect(errors).toEqual([]);
});

test('service/ holds exactly those that synth makes', () => {
  expect(committed.sort()).toEqual([...targets.keys()].sort());
});

test('every row names a system that there is', () => {
  expect([...targets.keys()]).toEqual(expect.arrayContaining(['compose.yaml', ...flyRows.map(({ file }) => file)]));
  expect(composeRow.environment).toBe('development');
});

test.each([...targets.keys()])('service/%s is committed byte for byte (else run `npm run synth`)', (path) => {
  expect(readFileSync(join(service, path), 'utf8')).toBe(targets.get(path));
});

test('they say where they come from, and are made the same in any order of the stacks', () => {
  for (const content of targets.values()) expect(content).toMatch(/^# Generated from infra\/stacks by `npm run synth`/);
  expect(synthesize([...stacks].reverse(), releases).targets).toEqual(targets);
});
