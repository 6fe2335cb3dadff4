import * as codec from '../codecs';
import { derived, derivedSecret, plain, secret } from '../setting';

export const queue = {
  enabled: plain({ about: 'Hand jobs to the queue; else they are done at once', spellings: { ENABLE_QUEUE: codec.flag }, default: true }),
  url: derivedSecret({ about: 'Connection of RabbitMQ', spellings: { RABBITMQ_URL: codec.connection('amqp', 'amqps') } }),
  redisUrl: derivedSecret({
    about: 'Connection of the Redis that holds jobs, never that of the cache, which forgets',
    spellings: { QUEUE_REDIS_URL: codec.connection('redis', 'rediss') },
  }),
};

export const workflows = {
  address: derived({ about: 'Frontend of Temporal', spellings: { TEMPORAL_ADDRESS: codec.address } }),
  namespace: derived({ about: 'Namespace within Temporal', spellings: { TEMPORAL_NAMESPACE: codec.text }, default: 'default' }),
};

export const storage = {
  endpoint: derived({ about: 'Endpoint of the object store', spellings: { S3_ENDPOINT: codec.url } }),
  bucket: derived({ about: 'Bucket for uploads', spellings: { S3_BUCKET: codec.text } }),
  accessKey: derivedSecret({ about: 'Access key of the object store', spellings: { S3_ACCESS_KEY: codec.text } }),
  secretKey: derivedSecret({ about: 'Secret key of the object store', spellings: { S3_SECRET_KEY: codec.text } }),
};

export const mail = {
  host: derived({ about: 'Host of the mail relay', spellings: { MAIL_HOST: codec.text } }),
  port: derived({ about: 'Port of the mail relay', spellings: { MAIL_PORT: codec.port }, default: 1025 }),
  service: {
    url: plain({ about: 'Mail service that is called over HTTPS', spellings: { EMAIL_SERVICE_URL: codec.url } }),
    apiKey: secret({ about: 'Key of that service', spellings: { EMAIL_API_KEY: codec.text } }),
  },
  mailgun: {
    apiKey: secret({ about: 'Key of the Mailgun API', spellings: { MAILGUN_API_KEY: codec.text } }),
    domain: secret({ about: 'Sending domain at Mailgun', spellings: { MAILGUN_DOMAIN: codec.text } }),
  },
};

export const payments = {
  stripe: {
    secretKey: secret({ about: 'Key of the Stripe API', spellings: { STRIPE_SECRET_KEY: codec.text } }),
    webhookSecret: secret({ about: 'Key that signs webhooks of Stripe', spellings: { STRIPE_WEBHOOK_SECRET: codec.text } }),
  },
};

export const shopify = {
  adminEndpoint: plain({ about: 'Admin API of the shop', spellings: { SHOPIFY_ADMIN_API_ENDPOINT: codec.url } }),
  adminAccessToken: secret({ about: 'Token of the admin API', spellings: { SHOPIFY_ADMIN_ACCESS_TOKEN: codec.text } }),
  webhookSecret: secret({ about: 'Key that signs webhooks of Shopify', spellings: { SHOPIFY_WEBHOOK_SECRET: codec.text } }),
};

export const assistant = {
  openRouterKey: secret({ about: 'Key of the OpenRouter API', spellings: { NEXT_PUBLIC_OPENROUTER_KEY: codec.text } }),
};

export const errors = {
  sentryDsn: derivedSecret({ about: 'Where Sentry takes error reports', spellings: { SENTRY_DSN: codec.url } }),
};

export const telemetry = {
  endpoint: derived({ about: 'Collector of traces', spellings: { OTEL_EXPORTER_OTLP_ENDPOINT: codec.url } }),
  protocol: derived({
    about: 'Protocol of the collector: grpc on 4317, http/protobuf on 4318',
    spellings: { OTEL_EXPORTER_OTLP_PROTOCOL: codec.choice(['grpc', 'http/protobuf']) },
    default: 'grpc',
  }),
  service: plain({ about: 'Name of the service in traces', spellings: { OTEL_SERVICE_NAME: codec.text }, default: 'api' }),
};
