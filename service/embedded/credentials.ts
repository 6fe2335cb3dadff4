import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Passwords of the three roles, and the port of last time. */
export interface Credentials {
  superuser: string;
  owner: string;
  application: string;
  port?: number;
}

const file = (folder: string): string => join(folder, 'credentials.json');

/** Written before the first start, readable by this user only. */
export const readCredentials = (folder: string): Credentials => {
  if (existsSync(file(folder))) return JSON.parse(readFileSync(file(folder), 'utf8'));
  const password = () => randomBytes(24).toString('base64url');
  return keepCredentials(folder, { superuser: password(), owner: password(), application: password() });
};

export const keepCredentials = (folder: string, credentials: Credentials): Credentials => {
  writeFileSync(file(folder), `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  return credentials;
};
