import { z } from 'zod';
import { host, object, oneKindOf } from './schema-tools';
import type { CertificateArn, Exposure, WebAclArn } from './system';
import { memory } from './units';

const matching = <T extends string>(pattern: RegExp, error: string) =>
  z.custom<T>((value) => typeof value === 'string' && pattern.test(value), { error });

const certificate = matching<CertificateArn>(
  /^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/,
  'the ARN of a certificate of AWS Certificate Manager',
);

const webAcl = matching<WebAclArn>(
  /^arn:aws:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[\w-]+\/[0-9a-f-]{36}$/,
  'the ARN of a regional web ACL of AWS WAF',
);

const entrance = {
  host,
  body: memory,
  timeoutSeconds: z.int().min(1).max(3_600),
  requestsPerMinute: z.int().min(1).optional(),
  cors: object({
    methods: z.array(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])).min(1),
    headers: z.array(z.string().regex(/^[A-Za-z0-9-]+$/, 'a header name')),
  }).optional(),
};

export const exposure: z.ZodType<Exposure> = oneKindOf(
  ['none', 'nodePort', 'nginx', 'traefik', 'gateway', 'alb'],
  [
    object({ kind: z.literal('none') }),
    // The range that Kubernetes keeps for ports of nodes.
    object({ kind: z.literal('nodePort'), port: z.int().min(30_000).max(32_767) }),
    object({ kind: z.literal('nginx'), ...entrance }),
    object({ kind: z.literal('traefik'), ...entrance }),
    object({ kind: z.literal('gateway'), ...entrance }),
    object({ kind: z.literal('alb'), ...entrance, certificate: certificate.optional(), webAcl: webAcl.optional() }),
  ],
);
