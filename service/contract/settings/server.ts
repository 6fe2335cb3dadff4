import { z } from 'zod';
import * as codec from '../codecs';
import { featureNames } from '../features';
import { derived, plain } from '../setting';

const stages = codec.choice(['development', 'test', 'staging', 'production']);

export const environment = derived({
  about: 'Stage that the process runs in; names the configuration file, too',
  spellings: { NODE_ENV: stages, ENVIRONMENT: stages },
  default: 'development',
});

export const features = derived({
  about: 'Parts of the service that are on',
  spellings: { FEATURES: codec.list(z.enum(featureNames)) },
  default: [],
});

export const app = {
  name: plain({ about: 'Name of the application, in logs and metrics', spellings: { APP_NAME: codec.text }, default: 'api' }),
  apiVersion: plain({
    about: 'Version under which resources answer as well: /api/v1/tasks',
    spellings: { API_VERSION: codec.apiVersion },
    default: 'v1',
  }),
};

export const server = {
  host: plain({ about: 'Address to listen on', spellings: { HOST: codec.text }, default: '0.0.0.0' }),
  port: derived({ about: 'Port of the API', spellings: { PORT: codec.port }, default: 3001 }),
  logger: {
    level: plain({
      about: 'Least severity that is logged',
      spellings: { LOG_LEVEL: codec.choiceInAnyCase(['trace', 'debug', 'info', 'warn', 'error', 'fatal']) },
      default: 'info',
    }),
    requests: plain({ about: 'One log line for each request', spellings: { ENABLE_REQUEST_LOGGING: codec.flag }, default: true }),
  },
  bodyLimit: plain({ about: 'Largest JSON body, in bytes', spellings: { BODY_LIMIT: codec.bytes }, default: 1_048_576 }),
  trustProxy: derived({
    about: 'Address ranges of the proxies whose X-Forwarded-* headers are believed; none by default',
    spellings: { TRUST_PROXY: codec.list(codec.cidr) },
    default: [],
  }),
  keepAliveTimeout: derived({
    about: 'Idle time of a kept connection, in milliseconds; longer than that of the proxy in front, else it sends into a closing socket',
    spellings: { KEEP_ALIVE_TIMEOUT_MS: codec.milliseconds },
    default: 72_000,
  }),
  requestTimeout: plain({
    about: 'Time to receive one whole request, in milliseconds',
    spellings: { REQUEST_TIMEOUT_MS: codec.milliseconds },
    default: 60_000,
  }),
};

export const shutdown = {
  drain: derived({
    about: 'Time from SIGTERM to closing, still serving, in milliseconds: longer than an endpoint takes to leave every router',
    spellings: { SHUTDOWN_DRAIN_MS: codec.milliseconds },
    default: 5_000,
  }),
  timeout: derived({
    about: 'Time from SIGTERM to a forced exit, in milliseconds: shorter than the grace period of the pod',
    spellings: { SHUTDOWN_TIMEOUT_MS: codec.milliseconds },
    default: 25_000,
  }),
};

export const metrics = {
  performance: plain({
    about: 'Measure the event loop, the garbage collector, and what the database says of its statements and indexes, too',
    spellings: { ENABLE_PERFORMANCE_MONITORING: codec.flag },
    default: true,
  }),
  enabled: plain({ about: 'Serve Prometheus metrics on their own port', spellings: { ENABLE_METRICS: codec.flag }, default: true }),
  port: derived({ about: 'Port of the metrics', spellings: { METRICS_PORT: codec.port }, default: 9091 }),
};
