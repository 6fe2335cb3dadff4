import type { DerivedEnvironment } from './types';

export type DerivedSpelling = keyof DerivedEnvironment;

interface DependencySlot {
  about: string;
  /** `hard`: not ready without it. `soft`: slower or poorer without it, but serving. */
  readiness: 'hard' | 'soft';
  /** Each way to say where it is, with the variables that then have to be set. */
  spellings: Readonly<Record<string, readonly DerivedSpelling[]>>;
}

/** The backing servers that the service can use. */
export const dependencySlots = {
  database: {
    about: 'PostgreSQL, for everything that is kept',
    readiness: 'hard',
    spellings: {
      DATABASE_URL: ['DATABASE_URL'],
      'DB_*': ['DB_HOST', 'DB_PORT', 'DB_NAME', 'DB_USERNAME', 'DB_PASSWORD', 'DB_SSLMODE'],
    },
  },
  reader: { about: 'PostgreSQL replica, for reads', readiness: 'soft', spellings: { DATABASE_REPLICA_URL: ['DATABASE_REPLICA_URL'] } },
  cache: {
    about: 'Redis, for cached values and shared rate limits; memory when absent',
    readiness: 'soft',
    spellings: { REDIS_URL: ['REDIS_URL'], 'REDIS_*': ['REDIS_HOST', 'REDIS_PORT', 'REDIS_PASSWORD'] },
  },
  queue: {
    about: 'RabbitMQ or a Redis of its own, for jobs',
    readiness: 'soft',
    spellings: { RABBITMQ_URL: ['RABBITMQ_URL'], QUEUE_REDIS_URL: ['QUEUE_REDIS_URL'] },
  },
  workflows: {
    about: 'Temporal, for workflows',
    readiness: 'soft',
    spellings: { 'TEMPORAL_*': ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'] },
  },
  storage: {
    about: 'S3, for uploads',
    readiness: 'soft',
    spellings: { 'S3_*': ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] },
  },
  mail: { about: 'SMTP relay', readiness: 'soft', spellings: { 'MAIL_*': ['MAIL_HOST', 'MAIL_PORT'] } },
  errors: { about: 'Sentry', readiness: 'soft', spellings: { SENTRY_DSN: ['SENTRY_DSN'] } },
  traces: {
    about: 'OpenTelemetry collector',
    readiness: 'soft',
    spellings: { 'OTEL_*': ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_PROTOCOL'] },
  },
} as const satisfies Record<string, DependencySlot>;

export type DependencySlotName = keyof typeof dependencySlots;
