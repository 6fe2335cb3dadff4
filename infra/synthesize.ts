import { App, type Chart, Yaml } from 'cdk8s';
import { GitOpsChart } from './constructs/gitops';
import { SystemChart } from './constructs/system-chart';
import { environmentNames } from './environments';
import { type Deployable, placeOf } from './model/deployable';
import { describe } from './model/finding';
import { load, type Releases } from './model/load';
import type { Stack } from './model/stack';
import { checkAll } from './rules';
import { type KubernetesObject, Objects } from './rules/objects';
import { renderTargets } from './targets';

export interface Synthesis {
  /** Path below dist/, and content. Empty when there are errors. */
  files: ReadonlyMap<string, string>;
  /** Path below service/, and content: the same systems for other runtimes. Empty when there are errors. */
  targets: ReadonlyMap<string, string>;
  /** Everything that keeps the files from being published, each as text. */
  errors: readonly string[];
  warnings: readonly string[];
}

const header = '# Generated from infra/stacks by `npm run synth`. Edit the stack, not this file.\n';

const newApp = (): App => new App({ recordConstructMetadata: false });

const yamlOf = (objects: readonly unknown[]): string => `${header}${Yaml.stringify(...objects)}\n`;

const objectsOf = (chart: Chart): KubernetesObject[] => chart.toJson();

const built = (deployable: Deployable): KubernetesObject[] => objectsOf(new SystemChart(newApp(), deployable));

const once = (texts: readonly string[]): string[] => [...new Set(texts)];

/** All files of all environments, or every error at once. Reads and writes nothing. */
export const synthesize = (stacks: readonly Stack[], releases: Releases): Synthesis => {
  const files = new Map<string, string>();
  const errors: string[] = [];
  const warnings: string[] = [];
  const everything: Deployable[] = [];

  for (const environment of environmentNames) {
    const { deployables, findings } = load(stacks, environment, releases);
    errors.push(...findings.map((finding) => describe(finding)));
    const all: KubernetesObject[] = [];
    for (const deployable of deployables) {
      // An App for each file: one for all of them costs the square of their number.
      const objects = built(deployable);
      const path = `${environment}/${deployable.system.name}.k8s.yaml`;
      if (files.has(path)) errors.push(`${placeOf(deployable)}: two stacks are named ${deployable.system.name}; rename one`);
      files.set(path, yamlOf(objects));
      all.push(...objects);
    }
    for (const finding of checkAll({ deployables, objects: new Objects(all) })) {
      (finding.rule.severity === 'error' ? errors : warnings).push(describe(finding, finding.rule.code));
    }
    everything.push(...deployables);
  }
  const targets = renderTargets(everything);
  errors.push(...targets.findings.map((finding) => describe(finding)));
  if (errors.length > 0) return { files: new Map(), targets: new Map(), errors: once(errors), warnings: once(warnings) };
  files.set('argocd.k8s.yaml', yamlOf(objectsOf(new GitOpsChart(newApp(), everything))));
  return { files, targets: targets.files, errors, warnings: once(warnings) };
};
