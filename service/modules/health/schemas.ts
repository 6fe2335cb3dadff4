import { z } from 'zod';

const result = z.enum(['OK', 'FAILED']);

export const liveness = z.object({
  status: z.literal('OK'),
  timestamp: z.iso.datetime(),
  uptime: z.number().describe('Seconds since the process started'),
  version: z.string().max(100),
  pod: z.string().max(253),
});

export const readiness = z.object({
  status: z.enum(['Ready', 'Not Ready']),
  pod: z.string().max(253),
  checks: z.object({
    database: result,
    reader: result.optional().describe('When a replica is configured; without it the primary answers reads'),
    redis: result.optional().describe('When Redis is configured; without it the service is slower, not away'),
    schema: result.optional().describe('While the database lacks a migration that this build needs'),
    shutdown: result.optional().describe('While the process is going'),
  }),
});

export const detail = z.object({
  status: z.enum(['Ready', 'Not Ready']),
  pod: z.string().max(253),
  dependencies: z.record(
    z.string().max(50),
    z.object({ result, latency: z.number().describe('Milliseconds'), hard: z.boolean().describe('Not ready without it') }),
  ),
});

const bytes = z.number().describe('Bytes');

export const processMetrics = z.object({
  memory: z.object({ rss: bytes, heapTotal: bytes, heapUsed: bytes, external: bytes }),
  uptime: z.number().describe('Seconds'),
  cpu: z.object({ user: z.number().describe('Microseconds'), system: z.number().describe('Microseconds') }),
});
