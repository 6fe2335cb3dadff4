import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '../../../infra/rules/objects';
import { customKinds } from './custom-types';

const root = join(__dirname, '../../..');

/** Objects and where they come from. */
export interface Checked {
  from: string;
  object: KubernetesObject;
}

const metadata = "import('@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta').IObjectMeta";

/** The type that an object has to fit. Kinds that nobody knows have a path that cannot be resolved. */
const typeOf = ({ apiVersion, kind }: KubernetesObject, custom: ReturnType<typeof customKinds>): string => {
  const own = custom.find((known) => known.apiVersion === apiVersion && known.kind === kind);
  return own
    ? `{ apiVersion: '${apiVersion}'; kind: '${kind}'; metadata: ${metadata}; spec: import('./${kind}').${own.spec} }`
    : `import('kubernetes-models/${apiVersion}/${kind}').I${kind}`;
};

const options = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: 'es2023',
  lib: ['es2023'],
  types: [],
  module: 'esnext',
  moduleResolution: 'bundler',
};

/**
 * What is wrong with objects by the published types of Kubernetes and of custom resources: unknown fields, wrong types, values
 * outside of enumerations, missing required fields. The compiler refuses a field that a type does not know in an object literal.
 * @param name of the folder below build/ that the objects are written to
 * @returns one line each, with the file and the object
 */
export const nonconformities = (checked: readonly Checked[], name: string): string[] => {
  const folder = join(root, 'build/schema', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const custom = customKinds();
  for (const { kind, types } of custom) writeFileSync(join(folder, `${kind}.ts`), `${types}\n`);
  const lines = checked.map(
    // One line each, so that the number of a line is the number of the object.
    ({ object }, index) => `export const object${index}: ${typeOf(object, custom)} = ${JSON.stringify(object)};`,
  );
  writeFileSync(join(folder, 'objects.ts'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['objects.ts'] }));

  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [compiler, '--pretty', 'false', '-p', folder], { encoding: 'utf8' });
  const told = stdout.split('\n').flatMap((line) => {
    const [, number, message] = /objects\.ts\((\d+),\d+\): error TS\d+: (.*)$/.exec(line) ?? [];
    const { from, object } = checked[Number(number) - 1] ?? {};
    return object ? [`${from} ${object.kind}/${object.metadata.name}: ${message}`] : [];
  });
  // A failure that is about no object must not pass for success.
  if (status !== 0 && told.length === 0) throw new Error(`the compiler failed: ${stdout}`);
  return told;
};
