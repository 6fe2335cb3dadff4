import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publish } from '../../infra/publish';

describe('publish', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'counterpart-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('writes files into folders that do not exist yet', () => {
    expect(publish(new Map([['production/a.k8s.yaml', 'a']]), folder)).toEqual({ written: ['production/a.k8s.yaml'], removed: [] });
    expect(readFileSync(join(folder, 'production/a.k8s.yaml'), 'utf8')).toBe('a');
  });

  test('leaves a file that has not changed alone', () => {
    publish(new Map([['a.k8s.yaml', 'a']]), folder);
    const { ino } = statSync(join(folder, 'a.k8s.yaml'));
    expect(publish(new Map([['a.k8s.yaml', 'a']]), folder)).toEqual({ written: [], removed: [] });
    expect(statSync(join(folder, 'a.k8s.yaml')).ino).toBe(ino);
  });

  test('removes files of ours that are no longer made, and nothing else', () => {
    mkdirSync(join(folder, 'staging'));
    writeFileSync(join(folder, 'staging', 'old.k8s.yaml'), 'old');
    writeFileSync(join(folder, 'staging', 'kustomization.yaml'), 'not ours');
    expect(publish(new Map([['a.k8s.yaml', 'a']]), folder).removed).toEqual(['staging/old.k8s.yaml']);
    expect(existsSync(join(folder, 'staging', 'old.k8s.yaml'))).toBe(false);
    expect(existsSync(join(folder, 'staging', 'kustomization.yaml'))).toBe(true);
  });

  test('leaves no half-written file beside the new one', () => {
    publish(new Map([['a.k8s.yaml', 'a']]), folder);
    publish(new Map([['a.k8s.yaml', 'b']]), folder);
    expect(existsSync(join(folder, 'a.k8s.yaml.new'))).toBe(false);
    expect(readFileSync(join(folder, 'a.k8s.yaml'), 'utf8')).toBe('b');
  });
});
