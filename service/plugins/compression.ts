import compress from '@fastify/compress';
import plugin from 'fastify-plugin';

/** Text, JSON, JavaScript and CSS. Never event streams, which a compressor would hold back. */
const compressible = /^text\/(?!event-stream)|[/+](json|javascript|xml)\s*(;|$)/;

export const compression = plugin(
  async (app) => {
    const { level, threshold } = app.config.compression;
    await app.register(compress, {
      threshold,
      customTypes: compressible,
      encodings: ['br', 'gzip', 'deflate'],
      zlibOptions: { level },
      // Bodies arrive as they are: unpacking them would let a few bytes become gigabytes before any limit.
      globalDecompression: false,
    });
  },
  { name: 'compression' },
);
