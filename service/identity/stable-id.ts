import { createHash } from 'node:crypto';

/**
 * UUID of somebody whom another identity provider registered: always the same for the same issuer, kind and name, so
 * that no lookup is needed to know it. Version 8 (RFC 9562): the first 122 bits of a SHA-256.
 */
export const stableId = (issuer: string, kind: 'user' | 'organization' | 'organization of user', name: string): string => {
  const hash = createHash('sha256')
    .update(JSON.stringify([issuer, kind, name]))
    .digest()
    .subarray(0, 16);
  hash[6] = ((hash[6] as number) & 0x0f) | 0x80;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
