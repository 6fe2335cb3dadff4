import plugin from 'fastify-plugin';
import { createFieldEncryption, type FieldEncryption } from '../encryption/fields';

declare module 'fastify' {
  interface FastifyInstance {
    /** For sensitive columns. Null without a key: they then keep nothing. */
    encryption: FieldEncryption | null;
  }
}

export const encryption = plugin(
  async (app) => {
    const { key, previousKey } = app.config.encryption;
    app.decorate<FieldEncryption | null>('encryption', key === undefined ? null : createFieldEncryption(key, previousKey));
  },
  { name: 'encryption' },
);
