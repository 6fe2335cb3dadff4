import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, type ProtectedHeaderParameters } from 'jose';
import { TokenError } from './token-error';

/** What a token has to be, whatever its provider. */
export interface Expectation {
  issuer: string;
  /** @default - none: the provider names no audience */
  audience?: string;
  /** Of the keys that are configured, never of the token. */
  algorithms: readonly string[];
  /** Header `typ`. @default - any */
  type?: string;
  /** Claims that may not be missing. */
  required: readonly string[];
  /** Longest life of a token, in milliseconds. */
  lifetime: number;
}

/** Seconds by which the clocks of two machines may differ. */
const tolerance = 5;

/** The library's errors hold the whole token: only their kind is passed on. */
const translated = (error: unknown): unknown => {
  if (error instanceof errors.JWTExpired) return new TokenError('expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return new TokenError('missing_claim', error.claim);
    return new TokenError(error.claim === 'nbf' ? 'inactive' : 'invalid_claim', error.claim);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return new TokenError('invalid_signature');
  if (error instanceof errors.JOSEAlgNotAllowed) return new TokenError('invalid_algorithm');
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid || error instanceof errors.JOSENotSupported) {
    return new TokenError('malformed');
  }
  // A key that its provider published, but that is too weak for its algorithm.
  if (error instanceof TypeError) return new TokenError('unknown_key');
  return error;
};

/**
 * What a token says of its signature, to choose who verifies it: nothing of it is proven.
 * @throws TokenError
 */
export const claimedHeader = (token: string): ProtectedHeaderParameters => {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new TokenError('malformed');
  }
};

/**
 * The claims of a token whose signature and registered claims are good.
 * @throws TokenError
 */
export const verifySigned = async (
  token: string,
  key: JWTVerifyGetKey,
  { issuer, audience, algorithms, type, required, lifetime }: Expectation,
  now: number,
): Promise<JWTPayload> => {
  const options = {
    issuer,
    audience,
    algorithms: [...algorithms],
    typ: type,
    requiredClaims: [...required, 'exp'],
    clockTolerance: tolerance,
    currentDate: new Date(now),
  };
  const { payload } = await jwtVerify(token, key, options).catch((error) => Promise.reject(translated(error)));
  const seconds = now / 1_000;
  const { iat = seconds, exp = 0 } = payload;
  if (iat > seconds + tolerance) throw new TokenError('inactive', 'iat');
  // A key that leaked, or a provider set up carelessly, makes tokens that live for years.
  if (exp - iat > lifetime / 1_000 + tolerance) throw new TokenError('invalid_claim', 'exp');
  return payload;
};
