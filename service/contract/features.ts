/** Parts of the service that a stack switches on; what each needs is checked at synth and again at start. */
export const features = {
  'auth.local': 'Bearer tokens signed by the service itself (HS256)',
  'auth.betterAuth': 'Bearer tokens that Better Auth signs with a shared key (HS256)',
  'auth.supabase': 'Bearer tokens of Supabase',
  'auth.clerk': 'Bearer tokens of Clerk',
  tasks: 'Task resource under /api/tasks',
} as const;

export type Feature = keyof typeof features;

export const featureNames = Object.keys(features) as [Feature, ...Feature[]];
