import type { z } from 'zod';
import { signAccessToken, signRefreshToken } from '../../identity/tokens/local-tokens';
import type { Accounts } from './accounts';
import type * as schemas from './schemas';
import type { Member, RefreshTokenRow } from './session-rows';

export type Tokens = z.output<typeof schemas.tokens>;

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);

export const tokensOf = async ({ app, keys }: Accounts, { organizationId, userId }: Member, row: RefreshTokenRow): Promise<Tokens> => ({
  accessToken: await signAccessToken(keys, { subject: userId, organization: organizationId, sessionId: row.sessionId }),
  tokenType: 'Bearer',
  expiresIn: seconds(app.config.auth.accessLifetime),
  refreshToken: await signRefreshToken(keys, {
    id: row.id,
    sessionId: row.sessionId,
    issuedAt: row.createdAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
  }),
  refreshExpiresIn: seconds(row.expiresAt.getTime() - Date.now()),
});
