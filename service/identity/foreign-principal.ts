import { isPermission, isRole, type Permission, roles } from '../contract/permissions';
import type { Principal } from './principal';
import { stableId } from './stable-id';
import type { VerifiedToken } from './tokens/verified-token';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Supabase keeps our own ids, which only its project's administrators write; what others call theirs becomes one of ours. */
const idOf = ({ provider, issuer }: VerifiedToken, kind: 'user' | 'organization', name: string): string =>
  provider === 'supabase' && uuid.test(name) ? name : stableId(issuer, kind, name);

/** Clerk writes `org:admin`. */
const ourRole = (role: string): string => {
  const word = role.replace(/^org:/, '');
  return isRole(word) ? word : role;
};

/** Clerk writes `org:task:read`. */
const ourPermission = (permission: string): string => permission.replace(/^org:(\w+):/, '$1.');

const permissionsOf = ({ provider, organization, permissions }: VerifiedToken, role: string | undefined): readonly Permission[] => {
  if (permissions) return permissions.map(ourPermission).filter(isPermission);
  if (role !== undefined) return isRole(role) ? roles[role] : [];
  // Supabase says what somebody may do, or they may do nothing. Elsewhere who belongs to no organization has one alone.
  return provider === 'supabase' || organization !== undefined ? [] : roles.owner;
};

/** Who a token of another identity provider stands for: nothing is looked up, so permissions are as old as the token. */
export const foreignPrincipal = (token: VerifiedToken): Principal => {
  const { provider, issuer, subject, organization } = token;
  const role = token.role && ourRole(token.role);
  return {
    provider,
    subject,
    userId: idOf(token, 'user', subject),
    organizationId:
      organization === undefined ? stableId(issuer, 'organization of user', subject) : idOf(token, 'organization', organization),
    permissions: new Set(permissionsOf(token, role)),
    ...(role === undefined ? {} : { role }),
  };
};
