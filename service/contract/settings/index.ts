import { compression, cors, rateLimit, swagger, upload } from './http';
import { assistant, errors, mail, payments, queue, shopify, storage, telemetry, workflows } from './neighbours';
import { auth, encryption } from './security';
import { app, environment, features, metrics, server, shutdown } from './server';
import { cache, database } from './stores';

/** Everything the service reads. The path of a setting here is also its path in the mounted configuration file. */
export const settings = {
  environment,
  features,
  app,
  server,
  shutdown,
  metrics,
  cors,
  compression,
  rateLimit,
  swagger,
  upload,
  auth,
  encryption,
  database,
  cache,
  queue,
  workflows,
  storage,
  mail,
  payments,
  shopify,
  assistant,
  errors,
  telemetry,
};
