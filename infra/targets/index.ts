import type { Deployable } from '../model/deployable';
import type { Finding } from '../model/finding';
import { composeFiles, composeFindings } from './compose';
import { flyFile } from './fly';
import { flyFindings } from './fly/findings';
import { composeRow, flyRows } from './rows';

export interface Targets {
  /** Path below service/, and content. A system with a finding has none. */
  files: ReadonlyMap<string, string>;
  findings: readonly Finding[];
}

/** Files that are generated here; one of these names that is no longer made is removed. */
export const isTarget = (path: string): boolean => /^(compose\.yaml|compose\/(nginx\.conf|roles\.sh)|fly\.[a-z]+\.toml)$/.test(path);

/** The systems of `rows.ts` as other runtimes than Kubernetes have them; those that are not given are passed over. */
export const renderTargets = (deployables: readonly Deployable[]): Targets => {
  const files = new Map<string, string>();
  const findings: Finding[] = [];
  const found = ({ system, environment }: { system: string; environment: string }) =>
    deployables.find((deployable) => deployable.system.name === system && deployable.environmentName === environment);

  const local = found(composeRow);
  if (local) {
    const wrong = composeFindings(local);
    findings.push(...wrong);
    if (wrong.length === 0) for (const [path, content] of composeFiles(local)) files.set(path, content);
  }
  for (const row of flyRows) {
    const deployable = found(row);
    if (!deployable) continue;
    const wrong = flyFindings(deployable, row);
    findings.push(...wrong);
    if (wrong.length === 0) files.set(row.file, flyFile(deployable, row));
  }
  return { files, findings };
};
