import { readFileSync, writeFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { environmentNames } from '../environments';
import { load } from '../model/load';
import releases from '../releases.json';
import type { KubernetesObject } from '../rules/objects';
import { stacks } from '../stacks';
import { synthesize } from '../synthesize';
import { environmentTemplate, featureTable, prerequisites, ruleTable, secretsToCreate } from './tables';

const objectsByEnvironment = (): Map<string, KubernetesObject[]> => {
  const { files } = synthesize(stacks, releases);
  return new Map(
    environmentNames.map((name) => [
      name,
      [...files]
        .filter(([path]) => path.startsWith(`${name}/`))
        .flatMap(([, content]) => parseAllDocuments(content).map((document) => document.toJS() as KubernetesObject)),
    ]),
  );
};

/** Puts a generated part between its two marks; everything else stays as it is written. */
const inserted = (text: string, name: string, part: string): string => {
  const [open, close] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`README.md lacks the marks ${open} and ${close}; put them where the table belongs`);
  return `${text.slice(0, start + open.length)}\n${part}\n${text.slice(end)}`;
};

/** The documents that are generated, from what they say now: path and content. */
export const documents = (): Map<string, string> => {
  const deployables = environmentNames.flatMap((name) => load(stacks, name, releases).deployables);
  const parts = {
    features: featureTable(deployables),
    prerequisites: prerequisites(objectsByEnvironment()),
    secrets: secretsToCreate(deployables),
    rules: ruleTable(),
  };
  const readme = Object.entries(parts).reduce((text, [name, part]) => inserted(text, name, part), readFileSync('README.md', 'utf8'));
  return new Map([
    ['README.md', readme],
    ['service/.env.example', environmentTemplate()],
  ]);
};

if (require.main === module) {
  for (const [path, content] of documents()) writeFileSync(path, content);
}
