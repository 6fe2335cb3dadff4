import { jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { describeAnswers, type Operation } from './answers';
import { commonAnswers } from './problem-answers';

interface Document {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: { schemas: Readonly<Record<string, object>> };
}

const mapValues = <T, R>(values: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

/** Those of the components of a kind to which there is a reference, also through each other, in the order of their names. */
const reached = <T>(kind: string, components: Readonly<Record<string, T>>, from: unknown): Record<string, T> => {
  const reference = new RegExp(`"#/components/${kind}/([^"]+)"`, 'g');
  const found = new Set<string>();
  const follow = (node: unknown): void => {
    for (const [, name = ''] of JSON.stringify(node).matchAll(reference)) {
      if (found.has(name)) continue;
      found.add(name);
      follow(components[name]);
    }
  };
  follow(from);
  return Object.fromEntries([...found].sort().map((name) => [name, components[name] as T]));
};

/**
 * The last step. Every named schema arrives twice, for requests and for answers, and in the order in which modules were
 * loaded: what nothing refers to goes, the rest is sorted.
 */
export const describeDocument = (given: Parameters<typeof jsonSchemaTransformObject>[0]) => {
  const document = jsonSchemaTransformObject(given) as unknown as Document;
  const served = new Set(Object.values(document.paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId)));
  const paths = mapValues(document.paths, (item) => mapValues(item, (operation) => describeAnswers(operation, served)));
  const responses = reached('responses', commonAnswers, paths);
  const schemas = reached('schemas', document.components.schemas, { paths, responses });
  return { ...document, paths, components: { ...document.components, responses, schemas } };
};
