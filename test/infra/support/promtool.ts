import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Series {
  series: string;
  /** In the notation of promtool, one value each 30 s: `0+270x40`. */
  values: string;
}

export interface AlertCase {
  alert: string;
  title: string;
  series: Series[];
  /** Time since the first value: `10m`. */
  after: string;
  /** What fires by then, with the labels that its series give it. @default - nothing */
  fires?: { labels: Record<string, string>; description: string };
}

export const hasPromtool = (): boolean => spawnSync('promtool', ['--version']).status === 0;

/** Runs promtool on files with these contents, in a folder of its own. @returns what it printed, and whether it was content */
export const promtool = (command: readonly string[], files: Record<string, unknown>): { ok: boolean; output: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    // JSON is YAML.
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
    const { status, stdout, stderr } = spawnSync('promtool', command, { cwd: folder, encoding: 'utf8' });
    return { ok: status === 0, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
