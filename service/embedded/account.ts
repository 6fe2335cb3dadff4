import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Account {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root, and as a user that the machine does not name: root starts it as `nobody`. */
export const serverAccount = (): Account | undefined => (process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined);

/** Whether the account may enter the folder and all above it. */
export const isReachable = (path: string, account: Account | undefined): boolean => {
  if (!account) return true;
  const { mode, uid, gid } = statSync(path);
  const execute = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & execute) !== 0 && (dirname(path) === path || isReachable(dirname(path), account));
};

/**
 * Makes the folder, enterable by the server's account. Where one above it is closed to that account (the home of root),
 * one below /var/lib stands in, named after the wanted one.
 */
export const enterableFolder = (wanted: string, account: Account | undefined): string => {
  mkdirSync(wanted, { recursive: true });
  const folder = realpathSync(wanted);
  if (!account) {
    chmodSync(folder, 0o700);
    return folder;
  }
  chmodSync(folder, 0o711);
  if (isReachable(folder, account)) return folder;
  const substitute = join('/var/lib/counterpart', createHash('sha256').update(folder).digest('hex').slice(0, 16));
  mkdirSync(substitute, { recursive: true, mode: 0o711 });
  return substitute;
};
