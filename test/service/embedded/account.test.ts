import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isReachable } from '../../../service/embedded/account';
import { scratchFolder } from '../support/shared-server';

// No user of this machine.
const stranger = { uid: 54_321, gid: 54_321 };

describe('isReachable', () => {
  it('follows the permissions of all folders above', () => {
    const parent = scratchFolder();
    const child = join(parent, 'child');
    mkdirSync(child);
    chmodSync(child, 0o755);
    expect(isReachable(child, stranger)).toBe(true);
    chmodSync(parent, 0o700);
    expect(isReachable(child, stranger)).toBe(false);
  });

  it('lets the owner enter what is closed to others', () => {
    const folder = scratchFolder();
    chmodSync(folder, 0o700);
    expect(isReachable(folder, { uid: process.getuid?.() ?? 0, gid: 54_321 })).toBe(true);
  });

  it('asks nothing when the server runs as ourselves', () => {
    expect(isReachable('/nowhere', undefined)).toBe(true);
  });
});
