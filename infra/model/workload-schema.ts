import { z } from 'zod';
import { resources } from './dependency-schema';
import { exposure } from './exposure-schema';
import { count, labels, object, oneKindOf, port, secretRef } from './schema-tools';
import { type DependencySlotName, dependencySlots, type LivenessPath, pathsFor, type ReadinessPath } from './service';
import type { Api, Migration, Scale } from './system';
import { memory, path } from './units';

const percent = z.int().min(1).max(100);

const rules = object({
  stabilizationSeconds: z.int().min(0).max(3_600),
  select: z.enum(['Max', 'Min']),
  policies: z.array(object({ type: z.enum(['Percent', 'Pods']), value: count, periodSeconds: z.int().min(1).max(1_800) })).min(1),
});

const scale: z.ZodType<Scale> = oneKindOf(
  ['fixed', 'range'],
  [
    object({ kind: z.literal('fixed'), replicas: count }),
    object({
      kind: z.literal('range'),
      min: count,
      max: count,
      cpu: percent.optional(),
      memory: percent.optional(),
      requestsPerSecond: z.int().min(1).optional(),
      behavior: object({ up: rules, down: rules }).optional(),
    }),
  ],
)
  .refine((value) => value.kind === 'fixed' || value.min < value.max, { path: ['max'], error: 'more than min' })
  .refine((value) => value.kind === 'fixed' || value.cpu || value.memory || value.requestsPerSecond, {
    error: 'at least one of cpu, memory, requestsPerSecond',
  });

const probe = object({
  initialDelaySeconds: z.int().min(0),
  periodSeconds: z.int().min(1),
  timeoutSeconds: z.int().min(1),
  failureThreshold: z.int().min(1),
});

const workload = {
  uses: z.array(z.enum(Object.keys(dependencySlots) as [DependencySlotName, ...DependencySlotName[]])),
  resources,
};

export const api: z.ZodType<Api> = object({
  ...workload,
  ports: object({ http: port, metrics: port }),
  service: object({ port, affinitySeconds: z.int().min(1).max(86_400).optional() }),
  health: object({
    live: z.enum(pathsFor('liveness') as [LivenessPath, ...LivenessPath[]]),
    ready: z.enum(pathsFor('readiness') as [ReadinessPath, ...ReadinessPath[]]),
  }),
  probes: object({ liveness: probe, readiness: probe, startup: probe }),
  scale,
  minAvailable: count.optional(),
  exposure,
  callers: z.array(labels),
  writable: z.record(path, memory),
  monitored: z.boolean(),
})
  .refine(({ ports }) => ports.http !== ports.metrics, { path: ['ports', 'metrics'], error: 'another port than http' })
  .refine(({ minAvailable, scale }) => !minAvailable || minAvailable < (scale.kind === 'fixed' ? scale.replicas : scale.min), {
    path: ['minAvailable'],
    error: 'fewer than the least replicas, else no node can be drained',
  });

export const migration: z.ZodType<Migration> = object({ ...workload, secret: secretRef });
