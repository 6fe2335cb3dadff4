import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../../service/database/migrations';
import { startEmbeddedPostgres } from '../../../service/embedded/postgres';
import { endShared, share, sharedServer } from './shared-server';

/** One server for all suites; its database `counterpart` is migrated once and copied for each. */
export default async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-test-'));
  share({ folder, server: await startEmbeddedPostgres({ folder, durable: false }) });
  // jest runs no teardown when it is interrupted, nor when the setup fails.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void endShared().finally(() => process.exit(1)));
  try {
    await migrate({ url: sharedServer().ownerUrl, applicationRole: 'counterpart_app' });
  } catch (error) {
    await endShared();
    throw error;
  }
};
