import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '../../../service/embedded/postgres';

interface Shared {
  folder: string;
  server: EmbeddedPostgres;
}

let shared: Shared | undefined;

export interface SharedServer extends Pick<EmbeddedPostgres, 'superuserUrl' | 'ownerUrl' | 'applicationUrl'> {
  /** Removed with the server, and all that tests put into it. */
  folder: string;
}

const variable = 'COUNTERPART_TEST_POSTGRES';

/** Keeps the server for the teardown, and tells the workers of jest where it is: they inherit the environment only. */
export const share = (value: Shared): void => {
  shared = value;
  const { superuserUrl, ownerUrl, applicationUrl } = value.server;
  process.env[variable] = JSON.stringify({ superuserUrl, ownerUrl, applicationUrl, folder: value.folder } satisfies SharedServer);
};

export const sharedServer = (): SharedServer => JSON.parse(process.env[variable] as string);

/** An empty folder that goes when all tests are through; other users may pass through it, as a server started by root must. */
export const scratchFolder = (): string => {
  const folder = mkdtempSync(join(sharedServer().folder, 'scratch-'));
  chmodSync(folder, 0o711);
  return folder;
};

export const endShared = async (): Promise<void> => {
  const ending = shared;
  shared = undefined;
  await ending?.server.stop();
  if (ending) rmSync(ending.folder, { recursive: true, force: true });
};
