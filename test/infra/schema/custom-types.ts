import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const imports = join(__dirname, '../../../imports');

/** What imports/ knows of one custom kind, as types of its JSON. */
export interface CustomKind {
  apiVersion: string;
  kind: string;
  /** Name of the type of its `spec`. */
  spec: string;
  /** Declarations of TypeScript. */
  types: string;
  /** What cdk8s generated. */
  source: string;
}

const property = /@schema [^\n]*#([^\n]+)\n {3}\*\/\n {2}readonly \w+(\??): ([^\n]+);/g;

/** An interface with the names that fields have in JSON: `repoURL`, where the generated property is `repoUrl`. */
const interfaceOf = (name: string, body: string): string =>
  `export interface ${name} {\n${[...body.matchAll(property)].map(([, field, optional, type]) => `  ${JSON.stringify(field)}${optional}: ${type};`).join('\n')}\n}`;

const enumOf = (name: string, body: string): string =>
  `export type ${name} = ${[...body.matchAll(/^ {2}[^/\s]\w* = ("[^\n]*"|\d+),$/gm)].map(([, value]) => value).join(' | ')};`;

/** A generated class around `number | string`, or another plain value. */
const primitiveOf = (name: string, body: string): string => {
  const [, type] = /constructor\(public readonly value: ([^)]+)\)/.exec(body) ?? [];
  if (!type) throw new Error(`imports/ has the class ${name}, which is neither a kind nor a value`);
  return `export type ${name} = ${type};`;
};

const declarationsOf = (source: string): string =>
  [...source.matchAll(/^export (interface|enum|class) (\w+)( extends ApiObject)? \{\n(.*?)^\}/gms)]
    .filter(([, , , isKind]) => !isKind)
    .map(([, form, name = '', , body = '']) => {
      if (form === 'interface') return interfaceOf(name, body);
      return form === 'enum' ? enumOf(name, body) : primitiveOf(name, body);
    })
    .join('\n')
    .replaceAll('ApiObjectMetadata', 'unknown');

/** Every custom kind of imports/, from the text that `cdk8s import` generated. */
export const customKinds = (): CustomKind[] =>
  readdirSync(imports).map((file) => {
    const source = readFileSync(join(imports, file), 'utf8');
    const [, apiVersion = '', kind = ''] = /GVK: GroupVersionKind = \{\s*apiVersion: '([^']+)',\s*kind: '([^']+)'/.exec(source) ?? [];
    // The class, which may be spelt otherwise than the kind: HttpRoute.
    const [, name = ''] = /^export class (\w+) extends ApiObject/m.exec(source) ?? [];
    return { apiVersion, kind, spec: `${name}Spec`, types: declarationsOf(source), source };
  });
