/** Parts of the service that a stack switches on; what each needs is checked at synth and again at start. */
export const features = {
  'auth.local': 'Accounts of the service itself: registration, login, refresh tokens (HS256), cookie sessions',
  'auth.betterAuth': 'Bearer tokens that Better Auth signs with a shared key (HS256)',
  'auth.supabase': 'Bearer tokens of Supabase (its key set, or the legacy shared secret)',
  'auth.clerk': 'Bearer tokens of Clerk (its key set)',
  organizations: 'The own organization under /api/organizations',
  users: 'Members of the organization under /api/users, and their roles',
  tasks: 'Tasks of the organization under /api/tasks',
  designs: 'Saved designs of a user under /api/designs',
  audit: 'The audit log of the organization under /api/audit-log; it is written in any case',
} as const;

export type Feature = keyof typeof features;

export const featureNames = Object.keys(features) as [Feature, ...Feature[]];
