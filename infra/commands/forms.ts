import { z } from 'zod';

const container = z.looseObject({
  name: z.string(),
  env: z.array(z.looseObject({ name: z.string() })).optional(),
  envFrom: z.array(z.looseObject({})).optional(),
  ports: z.array(z.looseObject({ containerPort: z.int() })).optional(),
  command: z.array(z.unknown()).optional(),
  args: z.array(z.unknown()).optional(),
});

const podSpec = z.looseObject({
  containers: z.array(container),
  initContainers: z.array(container).optional(),
  volumes: z.array(z.looseObject({ name: z.string() })).optional(),
});

const template = z.looseObject({ template: z.looseObject({ spec: podSpec }) });

const selector = z.looseObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z.array(z.looseObject({ key: z.string(), operator: z.string() })).optional(),
});

const policyRules = z
  .array(
    z.looseObject({
      from: z.array(z.looseObject({})).optional(),
      to: z.array(z.looseObject({})).optional(),
      ports: z.array(z.looseObject({})).optional(),
    }),
  )
  .optional();

/** As much of the form of a `spec` as rules rely on, by kind; whether a cluster takes it, only its API server knows. */
export const forms: Readonly<Record<string, z.ZodType>> = {
  Pod: podSpec,
  Deployment: template,
  ReplicaSet: template,
  StatefulSet: template,
  DaemonSet: template,
  Job: template,
  CronJob: z.looseObject({ jobTemplate: z.looseObject({ spec: template }) }),
  Service: z.looseObject({ ports: z.array(z.looseObject({ port: z.int() })).optional() }),
  NetworkPolicy: z.looseObject({
    podSelector: selector.optional(),
    egress: policyRules,
    ingress: policyRules,
    policyTypes: z.array(z.string()).optional(),
  }),
  PodDisruptionBudget: z.looseObject({ selector: selector.optional() }),
  ResourceQuota: z.looseObject({ hard: z.record(z.string(), z.union([z.string(), z.number()])).optional() }),
  ExternalSecret: z.looseObject({ data: z.array(z.looseObject({ secretKey: z.string() })).optional() }),
  HorizontalPodAutoscaler: z.looseObject({ scaleTargetRef: z.looseObject({ kind: z.string(), name: z.string() }), maxReplicas: z.int() }),
};
