import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { synthesize } from '../../infra/synthesize';
import { releases, stacks } from './support/stacks';

const dist = join(__dirname, '../../dist');

const committed = new Map(
  readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => [path.replaceAll('\\', '/'), readFileSync(join(dist, path), 'utf8')]),
);

const { files, errors, warnings } = synthesize(stacks, releases);

interface Document {
  kind: string;
  apiVersion: string;
  metadata: { name: string; namespace?: string };
  stringData?: Record<string, string>;
}

const documentsOf = (content: string): Document[] => parseAllDocuments(content).map((document) => document.toJS() as Document);

/** 64 digits, alone, in a URL or in the settings of a registry; or a host that nobody has. */
const madeUp = /^(([a-z+]+:\/\/\w*:|\{"auths":.*"password":")?[0-9a-f]{64}(@.*|"\}\}\})?|https:\/\/[0-9a-f]{12}\.invalid)$/;

describe('dist/', () => {
  test('is made without an error, and with the warning of an edge that is retired', () => {
    expect(errors).toEqual([]);
    expect(warnings.map((warning) => warning.split('\n')[0])).toEqual(['[ING-RETIRED] itellico-api.workloads.api.exposure.kind']);
  });

  test('holds exactly the files that synth makes', () => {
    expect([...committed.keys()].sort()).toEqual([...files.keys()].sort());
  });

  test.each([...files.keys()])('%s is committed byte for byte (else run `npm run synth`)', (path) => {
    expect(committed.get(path)).toBe(files.get(path));
  });

  test('is the same bytes at every synth, in any order of the stacks', () => {
    const again = synthesize([...stacks].reverse(), releases);
    for (const [path, content] of files) {
      if (path !== 'argocd.k8s.yaml') expect(again.files.get(path)).toBe(content);
    }
    expect(synthesize(stacks, releases).files).toEqual(files);
  });

  test('says in every file where it comes from', () => {
    for (const content of committed.values()) expect(content).toMatch(/^# Generated from infra\/stacks by `npm run synth`/);
  });

  test('never has two objects of one kind, namespace and name, in whatever environments', () => {
    const ids = [...committed.values()].flatMap(documentsOf).map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`);
    expect(ids.length).toBeGreaterThan(100);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('holds values of secrets in development only, and there made-up ones', () => {
    for (const [path, content] of committed) {
      const secrets = documentsOf(content).filter(({ kind }) => kind === 'Secret');
      if (!path.startsWith('development/')) expect(secrets).toEqual([]);
      for (const { stringData } of secrets) {
        for (const value of Object.values(stringData ?? {})) expect(value).toMatch(madeUp);
      }
    }
  });

  test('has no credential in a URL and no 64-digit value outside of development', () => {
    for (const [path, content] of committed) {
      if (path.startsWith('development/')) continue;
      expect(content).not.toMatch(/(?<!sha256:)[0-9a-f]{64}/);
      expect(content.replaceAll(/\{\{.*?\}\}/g, '')).not.toMatch(/:\/\/\w*:[^@\s/]+@/);
    }
  });
});
