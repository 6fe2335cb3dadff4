import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { featureNames } from '../contract/features';

type Environment = Readonly<Record<string, string | undefined>>;

export interface DevelopmentSecrets {
  JWT_SECRET: string;
  JWT_REFRESH_SECRET: string;
  SESSION_SECRET: string;
  ENCRYPTION_KEY: string;
  /** Of the seeded accounts. */
  password: string;
}

/** Kept between starts, so that yesterday's login still works; readable by this user only. */
export const developmentSecrets = (folder: string): DevelopmentSecrets => {
  const file = join(folder, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const key = () => randomBytes(32).toString('base64url');
  const secrets = {
    JWT_SECRET: key(),
    JWT_REFRESH_SECRET: key(),
    SESSION_SECRET: key(),
    ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    password: randomBytes(12).toString('base64url'),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
};

/** All that needs nobody else: other identity providers have keys of their own. */
export const ownFeatures = featureNames.filter((name) => name === 'auth.local' || !name.startsWith('auth.'));

/**
 * What a developer wants without saying so: everything on, reachable from this machine only, quick to stop. Whatever the
 * real environment says goes first; a file config/development.json comes after both, as everywhere.
 */
export const developmentEnvironment = (
  real: Environment,
  { password: _, JWT_REFRESH_SECRET, ...keys }: DevelopmentSecrets,
): Environment => ({
  NODE_ENV: 'development',
  HOST: '127.0.0.1',
  FEATURES: ownFeatures.join(','),
  ENABLE_SWAGGER: 'true',
  SWAGGER_PUBLIC: 'true',
  SWAGGER_SCHEMES: 'http',
  SHUTDOWN_DRAIN_MS: '0',
  SHUTDOWN_TIMEOUT_MS: '5000',
  JWT_EXPIRES_IN: '1d',
  // The least that is allowed: a login at each start is not to be felt.
  BCRYPT_SALT_ROUNDS: '10',
  ...keys,
  // Two names of one setting at once are refused.
  ...(real.REFRESH_TOKEN_SECRET === undefined ? { JWT_REFRESH_SECRET } : {}),
  ...real,
});
