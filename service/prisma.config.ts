import { defineConfig } from 'prisma/config';

// `generate` runs no schema engine, yet the CLI downloads one first; an executable that exists stops that. Never for
// `migrate`: with a stand-in it reports success and applies nothing.
if (process.argv.includes('generate')) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
  process.env.CHECKPOINT_DISABLE ??= '1';
  process.env.PRISMA_HIDE_UPDATE_MESSAGE ??= '1';
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Only for `prisma migrate` against a database of your own; the service and `npm run db:migrate` read it themselves.
  ...(process.env.DATABASE_URL ? { datasource: { url: process.env.DATABASE_URL } } : {}),
});
