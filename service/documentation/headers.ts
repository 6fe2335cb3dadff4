export const answerHeaders = {
  etag: { required: true, description: 'The version, for `If-Match` and `If-None-Match`', schema: { type: 'string', maxLength: 20 } },
  'idempotency-replayed': {
    description: 'When an earlier request with this key is answered again',
    schema: { type: 'string', enum: ['true'] },
  },
  location: { required: true, description: 'Path of what was made', schema: { type: 'string', maxLength: 1_000 } },
  'retry-after': { description: 'Seconds until another try is worth it', schema: { type: 'integer', minimum: 1 } },
  'set-cookie': { required: true, description: 'The session', schema: { type: 'string', maxLength: 4_096 } },
  'www-authenticate': { description: 'When an access token is wanted', schema: { type: 'string', enum: ['Bearer'] } },
} as const;

export type AnswerHeader = keyof typeof answerHeaders;

/** As a part of an answer; nothing when there are none. */
export const headersOf = (names: readonly AnswerHeader[] = []): { headers?: object } =>
  names.length > 0 ? { headers: Object.fromEntries(names.map((name) => [name, answerHeaders[name]])) } : {};
