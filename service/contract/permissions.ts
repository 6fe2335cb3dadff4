/** What a route may ask for. Tokens of other identity providers name these in their claims. */
export const permissions = {
  'organization.read': 'See the own organization',
  'organization.update': 'Change the own organization',
  'organization.create_root': 'Begin an organization of its own, with all that belongs to it',
  'user.read': 'See the members of the organization',
  'user.manage': 'Add, change and remove members',
  'permission.manage': 'Give members their roles',
  'task.read': 'See tasks',
  'task.write': 'Make, change and remove tasks',
  'design.read': 'See the own designs',
  'design.write': 'Make, change and remove the own designs',
  'audit.read': 'See who did what',
} as const;

export type Permission = keyof typeof permissions;

/** Of a route: `public` needs no token, `authenticated` any good one, a permission one that holds it. */
export type Access = 'public' | 'authenticated' | Permission;

export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]];

const reading = permissionNames.filter((name) => name.endsWith('.read') && name !== 'audit.read');
const member = [...reading, 'task.write', 'design.write'] as const satisfies readonly Permission[];
const admin = [...member, 'organization.update', 'user.manage', 'permission.manage', 'audit.read'] as const satisfies readonly Permission[];

/**
 * What members may do by their role. An owner may do what an admin may, and alone makes, changes and removes owners. No role
 * of one organization lets begin another one's tree: `organization.create_root` comes with a token.
 */
export const roles = {
  owner: admin,
  admin,
  member,
  viewer: reading,
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof roles;

export const roleNames = Object.keys(roles) as [Role, ...Role[]];

export const isPermission = (name: string): name is Permission => Object.hasOwn(permissions, name);

export const isRole = (name: string): name is Role => Object.hasOwn(roles, name);
