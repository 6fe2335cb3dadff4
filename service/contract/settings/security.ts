import * as codec from '../codecs';
import { plain, secret } from '../setting';

export const auth = {
  accessKey: secret({
    about: 'Key that signs access tokens (HS256)',
    spellings: { JWT_SECRET: codec.signingKey },
    required: 'auth.local',
  }),
  refreshKey: secret({
    about: 'Key that signs refresh tokens (HS256)',
    spellings: { JWT_REFRESH_SECRET: codec.signingKey, REFRESH_TOKEN_SECRET: codec.signingKey },
    required: 'auth.local',
  }),
  betterAuthKey: secret({
    about: 'Key that Better Auth signs tokens with (HS256)',
    spellings: { BETTER_AUTH_SECRET: codec.signingKey },
    required: 'auth.betterAuth',
  }),
  supabase: {
    url: secret({ about: 'Project of Supabase', spellings: { SUPABASE_URL: codec.url }, required: 'auth.supabase' }),
    serviceRoleKey: secret({
      about: 'Key of Supabase that passes row-level security',
      spellings: { SUPABASE_SERVICE_ROLE_KEY: codec.text },
      required: 'auth.supabase',
    }),
    anonKey: secret({ about: 'Public key of Supabase', spellings: { SUPABASE_ANON_KEY: codec.text }, required: 'auth.supabase' }),
  },
  clerk: {
    secretKey: secret({ about: 'Key of the Clerk API', spellings: { CLERK_SECRET_KEY: codec.text }, required: 'auth.clerk' }),
  },
  session: {
    key: secret({ about: 'Key that signs session cookies', spellings: { SESSION_SECRET: codec.signingKey } }),
    timeout: plain({ about: 'Lifetime of a session, in seconds', spellings: { SESSION_TIMEOUT: codec.seconds }, default: 86_400 }),
  },
  bcryptRounds: plain({
    about: 'Cost of hashing a password, as a power of two',
    spellings: { BCRYPT_SALT_ROUNDS: codec.integer(10, 16) },
    default: 12,
  }),
  issuer: plain({ about: 'Issuer that a token must name', spellings: { JWT_ISSUER: codec.text }, default: 'counterpart' }),
  audience: plain({ about: 'Audience that a token must name', spellings: { JWT_AUDIENCE: codec.text }, default: 'counterpart' }),
  accessLifetime: plain({
    about: 'Lifetime of an access token, in milliseconds',
    spellings: { JWT_EXPIRES_IN: codec.duration },
    default: 900_000,
  }),
};

export const encryption = {
  key: secret({ about: 'Key that encrypts sensitive fields (AES-256)', spellings: { ENCRYPTION_KEY: codec.encryptionKey } }),
};
