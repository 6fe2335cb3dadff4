import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { TokenError } from './token-error';
import type { VerifiedToken } from './verified-token';

/** 30 days, in milliseconds: longer than any provider is usually set to, shorter than a key that never changes. */
export const foreignLifetime = 2_592_000_000;

/** Becomes a value in the database: that holds no NUL, and would make one character of all lone surrogates. */
export const word = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,255}$/u);

/** Providers write null for what they do not know. */
export const optionalWord = word.nullish().transform((value) => value ?? undefined);

export const optionalWords = z
  .array(word)
  .nullish()
  .transform((values) => values ?? undefined);

/** Claims that every provider writes; what is not checked here is checked with the signature. */
export const registered = z.object({ iss: z.string(), sub: word, exp: z.number() });

/**
 * The claims in the shape that the schema gives them.
 * @throws TokenError
 */
export const read = <Claims>(schema: z.ZodType<Claims>, payload: JWTPayload): Claims => {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const claim = result.error.issues[0]?.path.join('.');
  throw new TokenError(claim === 'sub' ? 'invalid_subject' : 'invalid_claim', claim);
};

type Common = Pick<VerifiedToken, 'issuer' | 'subject' | 'expiresAt'>;

export const common = ({ iss, sub, exp }: z.output<typeof registered>): Common => ({
  issuer: iss,
  subject: sub,
  expiresAt: exp * 1_000,
});
