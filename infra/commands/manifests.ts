import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { KubernetesObject } from '../rules/objects';
import { forms } from './forms';

export interface Input {
  objects: KubernetesObject[];
  /** Documents that are no objects of Kubernetes, such as the values of a chart. */
  skipped: string[];
  /** What could not be read, with file and line. */
  problems: string[];
}

const isManifest = (path: string): boolean => /\.(ya?ml|json)$/i.test(path);

const filesOf = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.name !== 'node_modules' && !entry.name.startsWith('.'))
        .flatMap((entry) => {
          const child = join(path, entry.name);
          return entry.isDirectory() ? filesOf(child) : isManifest(child) ? [child] : [];
        })
        .sort()
    : [path];

/** Kubernetes takes `env:` with nothing behind it for no `env` at all. */
const withoutNulls = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(withoutNulls);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).flatMap(([key, value]) => (value === null ? [] : [[key, withoutNulls(value)]])));
};

const head = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().optional(), generateName: z.string().optional() }).default({}),
});

const unpacked = (value: unknown): unknown[] => {
  const { kind, items } = (value ?? {}) as { kind?: unknown; items?: unknown };
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? items.flatMap(unpacked) : [value];
};

const lineOf = (document: Document, lines: LineCounter): number => lines.linePos(document.contents?.range?.[0] ?? 0).line;

const readObject = (value: unknown, where: string, input: Input): void => {
  const result = head.safeParse(value);
  if (!result.success) {
    input.skipped.push(where);
    return;
  }
  const { metadata, ...object } = result.data;
  const name = metadata.name ?? metadata.generateName ?? 'unnamed';
  const form = forms[object.kind]?.safeParse(object.spec);
  const issues = form?.error?.issues ?? [];
  if (issues.length > 0) {
    const told = issues.map(({ path, message }) => `${['spec', ...path].join('.')}: ${message}`);
    input.problems.push(`${where}: ${object.kind}/${name} has not the form of its kind: ${told.join('; ')}`);
    return;
  }
  input.objects.push({ ...object, metadata: { ...metadata, name } } as KubernetesObject);
};

const readFile = (path: string, input: Input): void => {
  const text = readFileSync(path, 'utf8');
  const lines = new LineCounter();
  // Anchors are expanded at most so often: a file of a few lines must not fill the memory.
  for (const document of parseAllDocuments(text, { lineCounter: lines }) as Document[]) {
    const [error] = document.errors;
    if (error) {
      const [at] = error.linePos ?? [];
      const hint = text.includes('{{') ? ' (a template has to be rendered first)' : '';
      input.problems.push(`${path}:${at?.line ?? 1}: not YAML: ${error.message.split('\n')[0]}${hint}`);
      return;
    }
    const value = withoutNulls(document.toJS({ maxAliasCount: 100 }));
    if (value === null || value === undefined) continue;
    for (const item of unpacked(value)) readObject(item, `${path}:${lineOf(document, lines)}`, input);
  }
};

/** Reads every object below some folders and files: several documents in a file, lists unpacked. */
export const readManifests = (paths: readonly string[]): Input => {
  const input: Input = { objects: [], skipped: [], problems: [] };
  const attempt = (path: string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      input.problems.push(`${path}: cannot be read: ${(error as Error).message}`);
    }
  };
  for (const path of paths) {
    attempt(path, () => {
      for (const file of filesOf(path)) attempt(file, () => readFile(file, input));
    });
  }
  if (input.objects.length === 0 && input.problems.length === 0) {
    input.problems.push(`${paths.join(', ')}: no object of Kubernetes in any .yaml, .yml or .json file`);
  }
  return input;
};
