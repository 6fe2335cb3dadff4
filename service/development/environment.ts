import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Keys kept between starts, so that a token copied yesterday still works; readable by this user only. */
const signingKeys = (folder: string): { JWT_SECRET: string; JWT_REFRESH_SECRET: string } => {
  const file = join(folder, 'signing-keys.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const key = () => randomBytes(32).toString('base64url');
  const keys = { JWT_SECRET: key(), JWT_REFRESH_SECRET: key() };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  return keys;
};

/**
 * What a developer wants without saying so: everything on, reachable from this machine only, quick to stop. Whatever the
 * real environment says goes first; a file config/development.json comes after both, as everywhere.
 */
export const developmentEnvironment = (real: Environment, folder: string): Environment => {
  const keys = signingKeys(folder);
  return {
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    FEATURES: 'auth.local,tasks',
    ENABLE_SWAGGER: 'true',
    SWAGGER_PUBLIC: 'true',
    SWAGGER_SCHEMES: 'http',
    SHUTDOWN_DRAIN_MS: '0',
    SHUTDOWN_TIMEOUT_MS: '5000',
    JWT_EXPIRES_IN: '1d',
    JWT_SECRET: keys.JWT_SECRET,
    // Two names of one setting at once are refused.
    ...(real.REFRESH_TOKEN_SECRET === undefined ? { JWT_REFRESH_SECRET: keys.JWT_REFRESH_SECRET } : {}),
    ...real,
  };
};
