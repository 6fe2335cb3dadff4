import type { RouteOptions } from 'fastify';
import { z } from 'zod';
import { openApiDocument } from '../../../service/development/openapi';
import { routesOf } from '../support/registered-routes';
import { definitionOf, schemasWithin } from '../support/zod';

type Node = Readonly<Record<string, unknown>>;

interface Operation {
  operationId?: string;
  summary?: string;
  parameters?: { in: string; name: string; schema: Node }[];
  requestBody?: unknown;
}

/** Objects of a request that may have properties that nobody named, and why. */
const open: Readonly<Record<string, string>> = {
  'POST /api/designs body/properties/content': 'whatever the editor makes of it, bounded by its bytes',
  'PATCH /api/designs/{id} body/properties/content': 'whatever the editor makes of it, bounded by its bytes',
};

let routes: RouteOptions[];
let operations: [string, Operation][];
let components: Node;

beforeAll(async () => {
  let document = '';
  routes = await routesOf(async () => {
    document = await openApiDocument();
  });
  const { paths, ...rest } = JSON.parse(document) as { paths: Record<string, Record<string, Operation>>; components: Node };
  components = rest.components;
  operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation]),
  );
});

/** Every object in the tree with its place. */
const nodesOf = (node: unknown, place: string): [string, Node][] => {
  if (typeof node !== 'object' || node === null) return [];
  return [[place, node as Node], ...Object.entries(node).flatMap(([name, child]) => nodesOf(child, `${place}/${name}`))];
};

const isOfType = ({ type }: Node, ...types: string[]): boolean => [type].flat().some((name) => types.includes(name as string));

const requestNodes = (): [string, Node][] =>
  operations.flatMap(([name, { parameters = [], requestBody }]) => [
    ...parameters.flatMap((parameter) => nodesOf(parameter.schema, `${name} ${parameter.in}/${parameter.name}`)),
    ...nodesOf(requestBody, `${name} body`).map(([place, node]): [string, Node] => [
      place.replace(/\/content\/[^/]+\/[^/]+\/schema/, ''),
      node,
    ]),
  ]);

const places = (nodes: [string, Node][]): string[] => nodes.map(([place]) => place);

const served = (): RouteOptions[] => routes.filter(({ schema, method }) => schema && !schema.hide && method !== 'HEAD');

const isZod = (schema: unknown): schema is z.ZodType => schema instanceof z.ZodType;

const nameOf = ({ method, url }: RouteOptions): string => `${method} ${url}`;

/** Names of the routes of which some schema is what none may be. */
const routesWith = (schemasOf: (route: RouteOptions) => unknown[], isWrong: (schema: z.ZodType) => boolean): string[] =>
  served()
    .filter((route) => schemasOf(route).filter(isZod).flatMap(schemasWithin).some(isWrong))
    .map(nameOf);

test('the walk sees every operation of the document, and their schemas', () => {
  expect(served()).toHaveLength(operations.length);
  expect(operations.length).toBeGreaterThan(30);
  expect(requestNodes().length).toBeGreaterThan(60);
});

test('every text and every list is bounded, in requests and in answers', () => {
  const nodes = [...operations.flatMap(([name, operation]) => nodesOf(operation, name)), ...nodesOf(components.schemas, 'schemas')];
  const unbounded = nodes.filter(
    ([, node]) =>
      (isOfType(node, 'string') && (node.maxLength ?? node.format ?? node.enum ?? node.const) === undefined) ||
      (isOfType(node, 'array') && node.maxItems === undefined),
  );
  expect(places(unbounded)).toEqual([]);
});

test('every number of a request has a least and a greatest value', () => {
  const unbounded = requestNodes().filter(
    ([, node]) => isOfType(node, 'number', 'integer') && (typeof node.minimum !== 'number' || typeof node.maximum !== 'number'),
  );
  expect(places(unbounded)).toEqual([]);
});

test('an object of a request has no properties that nobody named, but for those with a reason', () => {
  const loose = requestNodes().filter(([, node]) => isOfType(node, 'object') && node.additionalProperties !== false);
  expect(places(loose).sort()).toEqual(Object.keys(open).sort());
});

test('what a path names is a UUID', () => {
  const others = operations.flatMap(([name, { parameters = [] }]) =>
    parameters
      .filter((parameter) => parameter.in === 'path' && parameter.schema.format !== 'uuid')
      .map((parameter) => `${name} ${parameter.name}`),
  );
  expect(others).toEqual([]);
});

test('every operation has a summary, and a name of its own', () => {
  const names = operations.map(([, { operationId }]) => operationId);
  expect(operations.filter(([, { operationId, summary }]) => !operationId || !summary).map(([name]) => name)).toEqual([]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('every route says who may call it', () => {
  expect(routes.filter(({ config }) => config?.access === undefined).map(nameOf)).toEqual([]);
});

test('reading has no body', () => {
  expect(operations.filter(([name, { requestBody }]) => name.startsWith('GET ') && requestBody).map(([name]) => name)).toEqual([]);
});

test('an answer is written as it is: a transformation has no way back, so each would be a 500', () => {
  const answers = ({ schema }: RouteOptions) => Object.values((schema?.response ?? {}) as object);
  expect(routesWith(answers, (schema) => definitionOf(schema).type === 'transform')).toEqual([]);
});

test('a change has no defaults: they would reset what the caller left out', () => {
  const changes = ({ method, schema }: RouteOptions) => (method === 'PATCH' ? [schema?.body] : []);
  expect(routesWith(changes, (schema) => ['default', 'prefault', 'catch'].includes(definitionOf(schema).type))).toEqual([]);
});

test('no request has a record with an enumeration for its keys: it would have to name them all', () => {
  const requests = ({ schema }: RouteOptions) => [schema?.body, schema?.querystring, schema?.headers, schema?.params];
  const demandsAll = (schema: z.ZodType) => {
    const { type, keyType } = definitionOf(schema);
    return type === 'record' && ['enum', 'literal'].includes(definitionOf(keyType as z.ZodType).type);
  };
  expect(routesWith(requests, demandsAll)).toEqual([]);
});
