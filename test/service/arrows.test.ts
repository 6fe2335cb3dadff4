import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '..', '..');
const service = join(root, 'service');
const contract = join(service, 'contract');

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith(join('prisma', 'client')))
    .map((name) => join(folder, name));

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/\b(?:from|import|require\()\s*'([^']+)'/g)].map(([, name]) => {
    const target = name as string;
    return target.startsWith('.') ? relative(root, resolve(file, '..', target)) : target;
  });

test('the contract knows zod and itself, nobody else: infra reads it, too', () => {
  const foreign = sources(contract).flatMap(importsOf);
  expect(foreign).toContain('zod');
  expect(foreign.filter((name) => name !== 'zod' && !name.startsWith(join('service', 'contract')))).toEqual([]);
});

test('the service never imports infra', () => {
  const imported = sources(service).flatMap(importsOf);
  expect(imported).toContain('fastify');
  expect(imported.filter((name) => name.startsWith('infra') || name.includes('cdk8s'))).toEqual([]);
});
