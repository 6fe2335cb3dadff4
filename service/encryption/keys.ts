import { hkdfSync } from 'node:crypto';

export interface Keys {
  /** Stands in every envelope, to find the key again. */
  readonly id: string;
  readonly encryption: Buffer;
  readonly index: Buffer;
}

/** The three forms of a key have three lengths. A form that is none of them keeps its length in bytes, and is refused. */
const encodings: Readonly<Record<number, BufferEncoding>> = { 44: 'base64', 64: 'hex' };

const toBytes = (text: string): Buffer => {
  const bytes = Buffer.from(text, encodings[text.length] ?? 'utf8');
  // Node drops what is no digit of the encoding; a key must not become shorter in silence.
  if (bytes.length === 32) return bytes;
  throw new Error(
    `A key of encryption (ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS) has ${text.length} characters that are not 32 bytes; allowed are ` +
      '32 ASCII characters, 64 hex digits or 44 characters of base64. Make one with: openssl rand -hex 32',
  );
};

/**
 * One purpose, one key (HKDF, RFC 5869): what is learned of one says nothing of the others, nor of the key behind them.
 * So the id, which everybody who reads the column sees, is no hash of the key itself to look up in a table of weak ones.
 * @throws Error when the text is not a key of 32 bytes
 */
export const deriveKeys = (text: string): Keys => {
  const key = toBytes(text);
  const derive = (purpose: string, length: number): Buffer => Buffer.from(hkdfSync('sha256', key, '', `counterpart ${purpose} v1`, length));
  return { id: derive('key id', 6).toString('base64url'), encryption: derive('field encryption', 32), index: derive('blind index', 32) };
};
