// Generates imports/ anew from the custom resources, one kind at a time as cdk8s.yaml has it, and compares.
// The definitions lie beside the checkout (../shared/crds) or nowhere; then only the list of files can be compared.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const definitions = '../shared/crds';
const { imports } = parse(readFileSync('cdk8s.yaml', 'utf8'));
const kinds = imports.map((line) => line.split(':=')[0]);
const committed = readdirSync('imports');

const strangers = committed.filter((file) => !kinds.some((kind) => file.startsWith(`${kind}-`)));
const absent = kinds.filter((kind) => !committed.some((file) => file.startsWith(`${kind}-`)));
for (const file of strangers) console.error(`imports/${file}: cdk8s.yaml does not name it`);
for (const kind of absent) console.error(`${kind}: cdk8s.yaml names it, imports/ lacks it`);
if (strangers.length + absent.length > 0) process.exit(1);

if (!existsSync(definitions)) {
  console.log(`${committed.length} files are those of cdk8s.yaml; their content was not compared: ${definitions} is not here`);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'imports-'));
try {
  const documents = readdirSync(definitions)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(definitions, file), 'utf8')));
  for (const kind of kinds) {
    // Several groups have a Cluster: the committed file's name says which group is meant.
    const file = (document) => `${document.getIn(['spec', 'names', 'kind'])?.toLowerCase()}-${document.getIn(['spec', 'group'])}.ts`;
    const definition = documents.find((document) => file(document).startsWith(`${kind}-`) && committed.includes(file(document)));
    if (!definition) throw new Error(`${definitions} has no custom resource ${kind}`);
    const path = join(folder, `${kind}.yaml`);
    writeFileSync(path, String(definition));
    const args = [
      'node_modules/cdk8s-cli/bin/cdk8s',
      'import',
      `${kind}:=${path}`,
      '--no-save',
      '-l',
      'typescript',
      '-o',
      join(folder, 'imports'),
    ];
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
    });
    if (status !== 0) throw new Error(stderr);
  }
  const stale = committed.filter(
    (file) => readFileSync(join('imports', file), 'utf8') !== readFileSync(join(folder, 'imports', file), 'utf8'),
  );
  for (const file of stale) console.error(`imports/${file} is not what its custom resource generates`);
  if (stale.length > 0) process.exit(1);
  console.log(`${committed.length} files are what their custom resources generate`);
} finally {
  rmSync(folder, { recursive: true });
}
