export type Provider = 'local' | 'betterAuth' | 'supabase' | 'clerk';

/** What a token says, once its signature, its times and its audience are found good. */
export interface VerifiedToken {
  provider: Provider;
  issuer: string;
  /** As the provider writes it: 1 to 255 characters, no control characters. */
  subject: string;
  /** The provider's organization, as it writes it, with the same limits. */
  organization?: string;
  /** Role word of the provider; of Clerk always in the form `org:admin`. */
  role?: string;
  /** Undefined when the token says none. */
  permissions?: readonly string[];
  /** Session of a local token. */
  sessionId?: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export interface TokenVerifier {
  readonly provider: Provider;
  readonly issuer: string;
  /** Longest life of a token that is accepted, in milliseconds. */
  readonly lifetime: number;
  /** Changes whenever the keys change: what was verified with others is to be verified again. */
  fingerprint(): string;
  /** @throws TokenError */
  verify(token: string): Promise<VerifiedToken>;
}
