import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const isManifest = (path: string): boolean => path.endsWith('.k8s.yaml');

const existing = (folder: string, isOurs: (path: string) => boolean): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((path) => path.replaceAll('\\', '/'))
        .filter(isOurs)
    : [];

const isSame = (path: string, content: string): boolean => existsSync(path) && readFileSync(path, 'utf8') === content;

/** A reader sees the old file or the new one, never half of one. */
const replace = (path: string, content: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
};

export interface Published {
  written: readonly string[];
  removed: readonly string[];
}

/** Makes a folder hold exactly these files of ours; what has not changed is not touched, what is not ours stays. */
export const publish = (files: ReadonlyMap<string, string>, folder: string, isOurs = isManifest): Published => {
  const written = [...files].filter(([path, content]) => !isSame(join(folder, path), content));
  const removed = existing(folder, isOurs).filter((path) => !files.has(path));
  for (const [path, content] of written) replace(join(folder, path), content);
  for (const path of removed) rmSync(join(folder, path));
  return { written: written.map(([path]) => path), removed };
};
