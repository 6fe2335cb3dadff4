import * as codec from '../codecs';
import { plain, secret } from '../setting';

export const auth = {
  accessKey: secret({
    about: 'Key that signs access tokens (HS256)',
    spellings: { JWT_SECRET: codec.signingKey },
    required: 'auth.local',
  }),
  previousAccessKey: secret({
    about: 'Key that signed access tokens before: still accepted, signs none',
    spellings: { JWT_SECRET_PREVIOUS: codec.signingKey },
  }),
  refreshKey: secret({
    about: 'Key that signs refresh tokens (HS256)',
    spellings: { JWT_REFRESH_SECRET: codec.signingKey, REFRESH_TOKEN_SECRET: codec.signingKey },
    required: 'auth.local',
  }),
  previousRefreshKey: secret({
    about: 'Key that signed refresh tokens before: still accepted, signs none',
    spellings: { JWT_REFRESH_SECRET_PREVIOUS: codec.signingKey, REFRESH_TOKEN_SECRET_PREVIOUS: codec.signingKey },
  }),
  betterAuthKey: secret({
    about: 'Key that Better Auth signs tokens with (HS256)',
    spellings: { BETTER_AUTH_SECRET: codec.signingKey },
    required: 'auth.betterAuth',
  }),
  previousBetterAuthKey: secret({
    about: 'Key that Better Auth signed tokens with before: still accepted',
    spellings: { BETTER_AUTH_SECRET_PREVIOUS: codec.signingKey },
  }),
  supabase: {
    url: secret({ about: 'Project of Supabase', spellings: { SUPABASE_URL: codec.url }, required: 'auth.supabase' }),
    serviceRoleKey: secret({
      about: 'Key of Supabase that passes row-level security',
      spellings: { SUPABASE_SERVICE_ROLE_KEY: codec.text },
      required: 'auth.supabase',
    }),
    anonKey: secret({ about: 'Public key of Supabase', spellings: { SUPABASE_ANON_KEY: codec.text }, required: 'auth.supabase' }),
    jwtSecret: secret({
      about: 'Legacy secret of the project (HS256): set it only while tokens are signed with it, beside the published keys',
      spellings: { SUPABASE_JWT_SECRET: codec.signingKey },
    }),
  },
  clerk: {
    secretKey: secret({ about: 'Key of the Clerk API', spellings: { CLERK_SECRET_KEY: codec.text }, required: 'auth.clerk' }),
    apiUrl: plain({
      about: 'Backend API of Clerk, which gives the keys of tokens',
      spellings: { CLERK_API_URL: codec.url },
      default: 'https://api.clerk.com',
    }),
    issuer: plain({
      about: 'Frontend API of the Clerk instance, which its tokens name as issuer: https://clerk.example.com',
      spellings: { CLERK_ISSUER: codec.url },
      required: 'auth.clerk',
    }),
    authorizedParties: plain({
      about: 'Origins whose pages may ask Clerk for a token (azp); any when empty',
      spellings: { CLERK_AUTHORIZED_PARTIES: codec.list(codec.origin) },
      default: [],
    }),
  },
  session: {
    key: secret({ about: 'Key that signs session cookies', spellings: { SESSION_SECRET: codec.signingKey } }),
    previousKey: secret({
      about: 'Key that signed session cookies before; accepted until the last of them ends',
      spellings: { SESSION_SECRET_PREVIOUS: codec.signingKey },
    }),
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
  refreshLifetime: plain({
    about: 'Lifetime of a refresh token that nobody uses, in milliseconds',
    spellings: { JWT_REFRESH_EXPIRES_IN: codec.duration },
    default: 604_800_000,
  }),
};

export const encryption = {
  key: secret({ about: 'Key that encrypts sensitive fields (AES-256)', spellings: { ENCRYPTION_KEY: codec.encryptionKey } }),
  previousKey: secret({
    about: 'Second key while keys change: decrypts, never encrypts (AES-256)',
    spellings: { ENCRYPTION_KEY_PREVIOUS: codec.encryptionKey },
  }),
};
