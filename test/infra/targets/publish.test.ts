import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publish } from '../../../infra/publish';
import { isTarget } from '../../../infra/targets';

test('a file of an app that is no longer made is removed from service/, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-'));
  try {
    for (const name of ['fly.old.toml', 'fly.prod.toml', 'Dockerfile', 'compose.override.yaml', 'app.ts']) {
      writeFileSync(join(folder, name), 'content');
    }
    const made = new Map([
      ['fly.prod.toml', 'content'],
      ['compose/nginx.conf', 'new'],
    ]);
    expect(publish(made, folder, isTarget)).toEqual({ written: ['compose/nginx.conf'], removed: ['fly.old.toml'] });
    for (const name of ['fly.prod.toml', 'Dockerfile', 'compose.override.yaml', 'app.ts'])
      expect(existsSync(join(folder, name))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
