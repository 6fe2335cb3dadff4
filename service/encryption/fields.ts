import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { deriveKeys } from './keys';

/** Where a value stands. It can be decrypted there only, so that nobody copies a value from one row into another. */
export interface Place {
  readonly organizationId: string;
  readonly table: string;
  readonly column: string;
  /** Known before the row is written, so not one that the database makes up. */
  readonly rowId: string;
}

export interface FieldEncryption {
  /** An envelope `v1.<key id>.<nonce, ciphertext and tag>`; another one each time. Its length tells that of the text. */
  encrypt(text: string, place: Place): string;
  /** @throws Error when it was altered, written for another place, or with a key that is not given; none of it in the message */
  decrypt(envelope: string, place: Place): string;
  /**
   * Whether it was written with a key that is no longer the current one.
   * @throws Error when it is no envelope
   */
  isOutdated(envelope: string): boolean;
  /**
   * Equal for equal texts, to find an encrypted value by: store it beside the envelope.
   * @param purpose such as `users.phone`: equal texts of two purposes do not show as equal
   */
  blindIndex(text: string, purpose: string): string;
  /**
   * What to look for: the index under every given key, the current one first. Rows that were not re-encrypted have that of
   * the previous key, so while keys change a unique constraint alone does not keep a text from being stored twice.
   */
  blindIndexes(text: string, purpose: string): readonly string[];
}

// Random nonces of 96 bits: one key may encrypt 2^32 values before a repetition becomes likely (NIST SP 800-38D, 8.3), and
// one repetition breaks GCM. At 100 values a second that takes 16 months; change the key before.
const nonceLength = 12;
const tagLength = 16;
const algorithm = 'aes-256-gcm';

const form = /^v1\.([\w-]{8})\.([\w-]+)$/;

/** JSON keeps the parts apart: (`a`, `bc`) and (`ab`, `c`) must not be the same place. */
const authenticated = ({ organizationId, table, column, rowId }: Place): Buffer =>
  Buffer.from(JSON.stringify([organizationId, table, column, rowId]));

const named = ({ organizationId, table, column, rowId }: Place): string =>
  `${table}.${column} of row ${rowId} in organization ${organizationId}`;

const open = (envelope: string, name: string): { keyId: string; sealed: Buffer } => {
  const [, keyId, data] = form.exec(envelope) ?? [];
  const sealed = Buffer.from(data ?? '', 'base64url');
  // Node decodes several texts to the same bytes; only the one that `encrypt` writes is an envelope.
  if (keyId && sealed.length >= nonceLength + tagLength && sealed.toString('base64url') === data) return { keyId, sealed };
  throw new Error(`${name} is not an envelope v1.<key id>.<data>: it was never encrypted, or damaged. Restore it from a backup.`);
};

const blindIndex = (key: Buffer, text: string, purpose: string): string =>
  createHmac('sha256', key)
    .update(JSON.stringify([purpose, text]))
    .digest('base64url');

/**
 * Encrypts sensitive columns with AES-256-GCM.
 * @param key 32 bytes as the setting `encryption.key` spells them
 * @param previousKey decrypts, never encrypts
 * @throws Error when a key is not one of 32 bytes
 */
export const createFieldEncryption = (key: string, previousKey?: string): FieldEncryption => {
  const current = deriveKeys(key);
  const previous = previousKey === undefined ? undefined : deriveKeys(previousKey);
  const keys = previous && previous.id !== current.id ? [current, previous] : [current];
  return {
    encrypt: (text, place) => {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv(algorithm, current.encryption, nonce, { authTagLength: tagLength }).setAAD(authenticated(place));
      const body = [cipher.update(text, 'utf8'), cipher.final()];
      return `v1.${current.id}.${Buffer.concat([nonce, ...body, cipher.getAuthTag()]).toString('base64url')}`;
    },
    decrypt: (envelope, place) => {
      const { keyId, sealed } = open(envelope, named(place));
      const used = keys.find(({ id }) => id === keyId);
      if (!used) {
        throw new Error(
          `${named(place)} was encrypted with the key ${keyId}; given are ${keys.map(({ id }) => id).join(' and ')}. ` +
            'Set ENCRYPTION_KEY_PREVIOUS to the key that wrote it until all of the column is re-encrypted.',
        );
      }
      const decipher = createDecipheriv(algorithm, used.encryption, sealed.subarray(0, nonceLength), { authTagLength: tagLength })
        .setAAD(authenticated(place))
        .setAuthTag(sealed.subarray(-tagLength));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(nonceLength, -tagLength)), decipher.final()]).toString('utf8');
      } catch {
        throw new Error(
          `${named(place)} does not decrypt: it was altered, or written for another row, column, table or organization. ` +
            'Restore it from a backup, or look for who copied it.',
        );
      }
    },
    isOutdated: (envelope) => open(envelope, 'The value').keyId !== current.id,
    blindIndex: (text, purpose) => blindIndex(current.index, text, purpose),
    blindIndexes: (text, purpose) => keys.map(({ index }) => blindIndex(index, text, purpose)),
  };
};
