/** Parts of the service that a stack switches on; what each needs is checked at synth and again at start. */
export const features = {
  'auth.local': 'Bearer tokens signed by the service itself (HS256)',
  tasks: 'Task resource under /api/tasks',
} as const;

export type Feature = keyof typeof features;

export const featureNames = Object.keys(features) as [Feature, ...Feature[]];
