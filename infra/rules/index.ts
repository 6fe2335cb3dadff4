import type { Finding } from '../model/finding';
import { alertMetrics } from './alert-metrics';
import { bodyChain } from './body-chain';
import { configRollout } from './config-rollout';
import { connectionBudget } from './connection-budget';
import { corsOrigin } from './cors-origin';
import { crdPresent } from './crd-present';
import { dependencyEgress } from './dependency-egress';
import { dependencyIngress } from './dependency-ingress';
import { disruption } from './disruption';
import { edgeLimit } from './edge-limit';
import { environmentMissing } from './environment-missing';
import { environmentUnknown } from './environment-unknown';
import { featureSet } from './feature-set';
import { graceBudget } from './grace-budget';
import { ingressRetired } from './ingress-retired';
import { kubernetesVersion } from './kubernetes-version';
import { nameResolution } from './name-resolution';
import { plaintext } from './plaintext';
import { podSecurity } from './pod-security';
import { probePort } from './probe-port';
import { quotaFit } from './quota';
import { redisEvict } from './redis-evict';
import { redisMemory } from './redis-memory';
import type { Rule, World } from './rule';
import { scalingMetric } from './scaling-metric';
import { secretReferences } from './secret-references';
import { secretSource } from './secret-source';
import { servicePorts } from './service-ports';
import { timeoutChain } from './timeout-chain';
import { tlsHost } from './tls-host';

/** Every rule, in the order in which findings are told. */
export const rules: readonly Rule[] = [
  featureSet,
  environmentMissing,
  environmentUnknown,
  secretReferences,
  plaintext,
  secretSource,
  probePort,
  servicePorts,
  nameResolution,
  dependencyEgress,
  dependencyIngress,
  connectionBudget,
  redisEvict,
  redisMemory,
  bodyChain,
  timeoutChain,
  tlsHost,
  corsOrigin,
  edgeLimit,
  ingressRetired,
  graceBudget,
  disruption,
  configRollout,
  scalingMetric,
  alertMetrics,
  quotaFit,
  podSecurity,
  kubernetesVersion,
  crdPresent,
];

export interface RuleFinding extends Finding {
  rule: Rule;
}

/** All findings of all rules over one environment. */
export const checkAll = (world: World): RuleFinding[] =>
  rules.flatMap((rule) =>
    [...(rule.reads === 'objects' ? rule.check(world.objects) : rule.check(world))].map((finding) => ({ ...finding, rule })),
  );
