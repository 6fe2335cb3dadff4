import { z } from 'zod';
import { emailAddress } from '../../identity/email-address';
import { isEmail, password } from '../../identity/passwords';
import { text } from '../../schemas';

/** Of a login: any text that could once have been accepted, so that the answer tells nothing of the rules. */
const anyPassword = z.string().min(1).max(200);

export const registration = z
  .strictObject({
    email: emailAddress,
    password,
    name: text(1, 200),
    organization: text(1, 200).optional().describe('Name of the new organization'),
  })
  .refine((given) => !isEmail(given.password, given.email), { path: ['password'], error: 'must not be the address' });

export const login = z.strictObject({
  email: emailAddress,
  password: anyPassword,
  organizationId: z.uuid().toLowerCase().optional().describe('Which organization to work for; else the one that was joined first'),
});

export const refresh = z.strictObject({ refreshToken: z.string().min(1).max(2_000) });

export const passwordChange = z.strictObject({ currentPassword: anyPassword, newPassword: password });

export const tokens = z
  .object({
    accessToken: z.string().max(8_192),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().describe('Seconds until the access token expires'),
    refreshToken: z.string().max(2_000).describe('Good for one use'),
    refreshExpiresIn: z.int().describe('Seconds until the refresh token expires'),
  })
  .meta({ id: 'Tokens' });
