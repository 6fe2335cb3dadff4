import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Migration {
  /** Name of its folder: `20261127000000_tasks`. Names sort in the order of application. */
  name: string;
  sql: string;
  /** SHA-256 of the file in hexadecimal, as Prisma counts it. */
  checksum: string;
}

/** Looked for upwards, since compiled files lie one folder deeper (`build/service`) than sources; SQL is not compiled. */
const findMigrationsFolder = (from: string): string => {
  const candidate = join(from, 'service', 'prisma', 'migrations');
  if (existsSync(candidate)) return candidate;
  if (dirname(from) === from) {
    throw new Error(
      `No folder service/prisma/migrations above ${__dirname}. Ship it beside the compiled files, as service/Dockerfile does.`,
    );
  }
  return findMigrationsFolder(dirname(from));
};

/**
 * The migrations of this build, in order.
 * @throws Error when the folder is missing or a migration has no `migration.sql`
 */
export const readMigrations = (folder = findMigrationsFolder(__dirname)): Migration[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const content = readFileSync(join(folder, name, 'migration.sql'));
      return { name, sql: content.toString('utf8'), checksum: createHash('sha256').update(content).digest('hex') };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
