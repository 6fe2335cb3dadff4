import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from '../../infra/commands/documents';

const root = join(__dirname, '../..');

describe('documents', () => {
  test.each([...documents()])('%s is up to date (else run `npm run docs`)', (path, content) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(content);
  });

  test('name no file that does not exist', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const named = [...readme.matchAll(/`((?:infra|service|test|dist|imports|\.github)\/[\w./-]*\w)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('tell who switches a feature on, and where, if not everywhere', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(readme).toMatch(/^\| `auth\.supabase` \|.*\| temporal-api \|$/m);
    expect(readme).toMatch(/^\| `auth\.clerk` \|.*\| pet-backend \(staging, production\) \|$/m);
  });

  test('name no command that package.json does not have', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
