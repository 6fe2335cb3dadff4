import { describeProblems, readConfig } from './config';
import type { Config } from './contract/types';
import { connectionUrl } from './database/connection-url';
import { reasonOf } from './database/outage';
import { createPool, databaseAddress } from './database/pool';
import { createFieldEncryption } from './encryption/fields';
import { reencrypt } from './encryption/reencrypt';
import { phoneColumns } from './modules/users/phone-column';

interface Counts {
  read: number;
  rewritten: number;
  failed: number;
}

const run = async ({ database, encryption: { key, previousKey } }: Config, counts: Counts): Promise<void> => {
  const encryption = createFieldEncryption(key as string, previousKey);
  const pool = createPool(database, 'reencrypt', () => {});
  pool.on('error', () => {});
  try {
    for (const column of await phoneColumns(pool)) {
      for await (const { read, rewritten, failures } of reencrypt(encryption, column)) {
        counts.read += read;
        counts.rewritten += rewritten;
        counts.failed += failures.length;
        for (const { error } of failures) process.stderr.write(`${error.message}\n`);
      }
    }
  } finally {
    await pool.end();
  }
};

/**
 * Rewrites what is encrypted with the previous key under the current one; may run again at any time. Exit code 0: nothing
 * needs the previous key any more; 1: something does, or the database could not be reached; 2: the configuration is wrong.
 */
const main = async (): Promise<number> => {
  const decoded = readConfig(process.env, process.cwd());
  if (!decoded.ok) {
    process.stderr.write(describeProblems(decoded.problems));
    return 2;
  }
  const { config } = decoded;
  if (config.encryption.key === undefined || !connectionUrl(config.database)) {
    process.stderr.write('reencrypt needs ENCRYPTION_KEY, and the database (DATABASE_URL, or DB_HOST and its siblings).\n');
    return 2;
  }
  const counts: Counts = { read: 0, rewritten: 0, failed: 0 };
  const failure = await run(config, counts).catch((error: unknown) => reasonOf(error));
  process.stdout.write(
    `memberships.phone_encrypted: ${counts.read} read, ${counts.rewritten} rewritten, ${counts.failed} left since they do not decrypt\n`,
  );
  if (failure) process.stderr.write(`Broke off at ${databaseAddress(config.database)}: ${failure}. Run this again.\n`);
  return failure || counts.failed > 0 ? 1 : 0;
};

if (require.main === module) {
  void main().then((code) => {
    process.exitCode = code;
  });
}
