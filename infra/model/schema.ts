import { z } from 'zod';
import { config, file, secrets } from './configuration-schema';
import { dependencies, resources } from './dependency-schema';
import { count, host, labels, name, object, oneKindOf } from './schema-tools';
import { type Feature, featureNames } from './service';
import type { Names, SecretSource, System } from './system';
import { api, migration } from './workload-schema';

const names: z.ZodType<Partial<Names>> = object({
  deployment: name.optional(),
  service: name.optional(),
  serviceAccount: name.optional(),
  configuration: name.optional(),
  autoscaler: name.optional(),
  ingress: name.optional(),
  certificate: name.optional(),
  networkPolicy: name.optional(),
  monitor: name.optional(),
  disruptionBudget: name.optional(),
  alerts: name.optional(),
  migration: name.optional(),
});

const secretSource: z.ZodType<SecretSource> = oneKindOf(
  ['plain', 'existing', 'sealed', 'external'],
  [
    object({ kind: z.literal('plain') }),
    object({ kind: z.literal('existing') }),
    object({ kind: z.literal('sealed'), file: z.string().regex(/^infra\/sealed\/[\w./-]+\.yaml$/, 'a YAML file below infra/sealed/') }),
    object({
      kind: z.literal('external'),
      store: object({ kind: z.enum(['SecretStore', 'ClusterSecretStore']), name }),
      refreshInterval: z.templateLiteral([z.int().min(1), 'h']),
    }),
  ],
);

/** All that the types say, repeated at synth: types alone let spread objects and casts through. */
export const systemSchema: z.ZodType<System> = object({
  name,
  app: name,
  selector: labels.optional(),
  container: name.optional(),
  labels,
  names,
  namespace: object({ name, owned: z.boolean(), neighbours: object({ pods: count, resources }).optional() }),
  image: object({
    repository: z
      .string()
      .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/, 'a registry path without a tag: tags live in infra/releases.json'),
    pullSecret: name.optional(),
  }),
  stageSpelling: z.enum(['NODE_ENV', 'ENVIRONMENT']).optional(),
  features: z.array(z.enum(featureNames as [Feature, ...Feature[]])),
  config,
  configuration: z.enum(['pod', 'configMap']),
  file: file.optional(),
  secrets,
  secretSource,
  dependencies,
  thirdParties: z.array(host),
  workloads: object({ api, migration }),
}).superRefine((system, context) => {
  for (const [workload, { uses }] of Object.entries(system.workloads)) {
    uses.forEach((slot, index) => {
      if (system.dependencies[slot]) return;
      const allowed = `a dependency of this system: ${Object.keys(system.dependencies).join(', ')}`;
      context.addIssue({ code: 'custom', path: ['workloads', workload, 'uses', index], message: allowed, input: slot });
    });
  }
});
