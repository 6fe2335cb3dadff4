import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = join(__dirname, '../..');

const files = readdirSync(join(root, 'service'), { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !path.startsWith('prisma/'));

/** Imports among our own files, by paths below service/, without the ending. */
const arrows = files.flatMap((from) =>
  [...readFileSync(join(root, 'service', from), 'utf8').matchAll(/\b(?:from|import|require\()\s*'(\.[^']+)'/g)].map(([, target = '']) => ({
    from,
    to: normalize(join(dirname(from), target)).replaceAll('\\', '/'),
  })),
);

const moduleOf = (path: string): string | undefined => /^modules\/([^/]+)\//.exec(path)?.[1];

const between = (from: RegExp, to: RegExp): string[] =>
  arrows.filter((arrow) => from.test(arrow.from) && to.test(arrow.to)).map((arrow) => `${arrow.from} -> ${arrow.to}`);

test('there are arrows to look at', () => {
  expect(arrows.length).toBeGreaterThan(200);
  expect(new Set(files.map(moduleOf)).size).toBeGreaterThan(6);
});

test('a feature knows no other: what two of them need lies below both', () => {
  const crossing = arrows.filter(({ from, to }) => moduleOf(from) && moduleOf(to) && moduleOf(from) !== moduleOf(to));
  expect(crossing.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test('only the application knows the features, and a program that works on a column of one', () => {
  const knowing = new Set(arrows.filter(({ from, to }) => !moduleOf(from) && moduleOf(to)).map(({ from }) => from));
  expect([...knowing].sort()).toEqual(['app.ts', 'reencrypt.ts']);
});

test('what plugins are made of knows neither plugins nor features', () => {
  const below =
    /^(cache|database|documentation|encryption|identity|limits|contract|embedded)\/|^(schemas|problem|entity-tag|serializer|validator)\.ts$/;
  expect(between(below, /^(plugins|modules)\/|^app$/)).toEqual([]);
});

test('tokens know nothing of who bears them', () => {
  expect(between(/^identity\/tokens\//, /^identity\/[^/]+$/)).toEqual([]);
});

test('plugins know neither features nor who runs them', () => {
  expect(between(/^plugins\//, /^modules\/|^(app|server|dev)$/)).toEqual([]);
});

test('what serves in production reaches nothing that is for development', () => {
  expect(between(/^(?!dev\.ts|development\/|embedded\/)/, /^(dev$|development\/|embedded\/)/)).toEqual([]);
});
