import type { FastifyInstance } from 'fastify';
import type { Place } from '../../encryption/fields';
import type { Membership } from '../../prisma/client/client';
import { HttpProblem } from '../../problem';

type Key = Pick<Membership, 'organizationId' | 'userId'>;
type Encryption = Pick<FastifyInstance, 'encryption'>;

/** Where the telephone number of a member stands: it decrypts there only. */
export const phonePlace = ({ organizationId, userId }: Key): Place => ({
  organizationId,
  table: 'memberships',
  column: 'phone_encrypted',
  rowId: userId,
});

const noEncryption = (): HttpProblem =>
  new HttpProblem({
    code: 'encryption_not_configured',
    status: 422,
    detail: 'Telephone numbers are kept encrypted only, and this deployment has no ENCRYPTION_KEY.',
  });

/** @throws HttpProblem 422 when there is no key */
export const encryptPhone = ({ encryption }: Encryption, key: Key, phone: string): string => {
  if (!encryption) throw noEncryption();
  return encryption.encrypt(phone, phonePlace(key));
};

/**
 * Null where none is kept.
 * @throws Error when one is kept and cannot be read. Were it answered as null, a form that is saved again would delete what the
 *   right key can still open
 */
export const decryptPhone = ({ encryption }: Encryption, member: Key & Pick<Membership, 'phoneEncrypted'>): string | null => {
  if (member.phoneEncrypted === null) return null;
  if (!encryption) throw new Error('memberships.phone_encrypted holds a value, and there is no ENCRYPTION_KEY. Set the one that wrote it.');
  return encryption.decrypt(member.phoneEncrypted, phonePlace(member));
};
