/**
 * `liveness` endpoints touch no backing server, so that an outage of one never restarts the pods; `readiness` endpoints
 * answer 503 while a hard dependency is away or the process is going; `detail` is for people.
 */
export const healthEndpoints = {
  '/health': 'liveness',
  '/healthz': 'liveness',
  '/health/ready': 'readiness',
  '/ready': 'readiness',
  '/api/health': 'readiness',
  '/healthz/detailed': 'detail',
  '/health/metrics': 'detail',
} as const;

type Health = typeof healthEndpoints;
type PathsOf<Use extends Health[keyof Health]> = { [P in keyof Health]: Health[P] extends Use ? P : never }[keyof Health];

export type LivenessPath = PathsOf<'liveness'>;
export type ReadinessPath = PathsOf<'readiness'>;
export type HealthPath = keyof Health;

export const pathsFor = (use: Health[HealthPath]): HealthPath[] =>
  (Object.keys(healthEndpoints) as HealthPath[]).filter((path) => healthEndpoints[path] === use);

/** On the metrics port, in the text format of Prometheus. */
export const metricsPath = '/metrics';

export const docsPath = '/docs';

/** Where the configuration file is mounted, relative to the working directory; its name is the stage: `production.json`. */
export const configFolder = 'config';

/** What the image runs, relative to its working directory: the API, or the migrations. */
export const entryPoints = { api: 'build/service/server.js', migration: 'build/service/migrate.js' } as const;
