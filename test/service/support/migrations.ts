import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from './shared-server';

/** A folder of migrations, each given by its SQL. */
export const migrationsFolder = (migrations: Record<string, string>): string => {
  const folder = scratchFolder();
  for (const [name, sql] of Object.entries(migrations)) changeMigration(folder, name, sql);
  return folder;
};

export const changeMigration = (folder: string, name: string, sql: string): void => {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'migration.sql'), sql);
};
