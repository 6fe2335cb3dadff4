/** A database that cannot be migrated as it is. The message says what was found, where, and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}
