export type TokenReason =
  | 'expired'
  /** A cookie that a page of another site sent. */
  | 'foreign_origin'
  /** Not yet, or not now: `nbf` or `iat` in the future, a session that is not active. */
  | 'inactive'
  | 'invalid_algorithm'
  | 'invalid_claim'
  | 'invalid_signature'
  | 'invalid_subject'
  /** No keys were ever received, and none can be fetched now: nobody's fault who sent the token. */
  | 'keys_unavailable'
  | 'malformed'
  | 'malformed_header'
  | 'missing_claim'
  | 'missing_token'
  | 'revoked'
  | 'unknown_issuer'
  | 'unknown_key';

/** What was signed by who may sign it, or nothing at all: a page that was left open overnight is not guessing. */
const honest: ReadonlySet<TokenReason> = new Set(['expired', 'foreign_origin', 'inactive', 'missing_token', 'revoked']);

/** Whether a token may have been made up, and counts as a failed authentication. */
export const mayBeGuess = (reason: TokenReason): boolean => !honest.has(reason);

/** Why a token is refused. It carries nothing of the token and none of its keys, so that it may stand in a log. */
export class TokenError extends Error {
  readonly reason: TokenReason;

  /** @param claim which claim, where one is to blame */
  constructor(reason: TokenReason, claim?: string) {
    super(claim === undefined ? `Token refused: ${reason}` : `Token refused: ${reason} (${claim})`);
    this.name = 'TokenError';
    this.reason = reason;
  }
}
