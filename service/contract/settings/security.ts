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
