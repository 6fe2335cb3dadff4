import { z } from 'zod';
import * as codec from '../codecs';
import { derived, plain } from '../setting';

const origins = codec.list(codec.origin);

export const cors = {
  origins: plain({
    about: 'Origins that may call from a browser',
    spellings: { CORS_ORIGINS: origins, CORS_ORIGIN: origins, ALLOWED_ORIGINS: origins },
    default: [],
  }),
  owner: derived({
    about: 'Who answers CORS requests: two answers in one response are refused by browsers',
    spellings: { CORS_OWNER: codec.choice(['service', 'edge']) },
    default: 'service',
  }),
};

export const compression = {
  level: plain({ about: 'Effort of gzip, 1 to 9', spellings: { COMPRESSION_LEVEL: codec.integer(1, 9) }, default: 6 }),
  threshold: plain({
    about: 'Smallest response that is compressed, in bytes',
    spellings: { COMPRESSION_THRESHOLD: codec.bytes },
    default: 1_000,
  }),
};

export const rateLimit = {
  enabled: plain({ about: 'Limit requests per client', spellings: { ENABLE_RATE_LIMITING: codec.flag }, default: true }),
  global: {
    max: plain({
      about: 'Requests of one client within the window',
      spellings: { RATE_LIMIT_MAX_REQUESTS: codec.integer(1, 1_000_000) },
      default: 100,
    }),
    timeWindow: plain({ about: 'The window, in milliseconds', spellings: { RATE_LIMIT_WINDOW_MS: codec.milliseconds }, default: 60_000 }),
  },
  auth: {
    max: plain({
      about: 'Failed authentications of one address or account within the window',
      spellings: { AUTH_RATE_LIMIT_MAX: codec.integer(1, 1_000_000) },
      default: 5,
    }),
    timeWindow: plain({
      about: 'The window, in milliseconds',
      spellings: { AUTH_RATE_LIMIT_WINDOW_MS: codec.milliseconds },
      default: 900_000,
    }),
  },
};

export const swagger = {
  enabled: plain({ about: 'Serve the documentation under /docs', spellings: { ENABLE_SWAGGER: codec.flag }, default: false }),
  public: plain({ about: 'Show the documentation without a token', spellings: { SWAGGER_PUBLIC: codec.flag }, default: false }),
  host: derived({ about: 'Public host of the API, for the documentation', spellings: { SWAGGER_HOST: codec.text } }),
  schemes: plain({
    about: 'Public schemes of the API, for the documentation',
    spellings: { SWAGGER_SCHEMES: codec.list(z.enum(['http', 'https'])) },
    default: ['https'],
  }),
  info: {
    title: plain({ about: 'Title of the documentation', spellings: { SWAGGER_TITLE: codec.text }, default: 'API' }),
    version: plain({ about: 'Version of the API, for the documentation', spellings: { SWAGGER_VERSION: codec.text }, default: '1.0.0' }),
  },
};

export const upload = {
  directory: plain({
    about: 'Folder for uploads where there is no object store',
    spellings: { UPLOAD_DIRECTORY: codec.text },
    default: './uploads',
  }),
  maxFileSize: plain({ about: 'Largest uploaded file, in bytes', spellings: { MAX_FILE_SIZE: codec.bytes }, default: 10_485_760 }),
  allowedMimeTypes: plain({
    about: 'Media types that may be uploaded',
    spellings: { UPLOAD_MIME_TYPES: codec.list(z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/, 'a media type such as image/png')) },
    default: [],
  }),
};
