// Writes the database client, unless it is already that of this schema and this Prisma: so `npm run dev` restarts at once.
// Plain JavaScript, since it runs before anything is compiled.
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join, relative } = require('node:path');

const config = join(__dirname, '..', 'prisma.config.ts');
const manifest = require.resolve('prisma/package.json');
const client = join(__dirname, 'client');
const stamp = join(client, '.generated-from');

const state = [join(__dirname, 'schema.prisma'), config, manifest]
  .reduce((hash, file) => hash.update(readFileSync(file)), createHash('sha256'))
  .digest('hex');

if (!existsSync(join(client, 'client.ts')) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== state) {
  const cli = join(manifest, '..', 'build', 'index.js');
  const run = spawnSync(process.execPath, [cli, 'generate', '--config', config, '--no-hints'], { encoding: 'utf8' });
  if (run.status !== 0) {
    process.stderr.write(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error ?? ''}\n`);
    process.exit(run.status ?? 1);
  }
  writeFileSync(stamp, state);
  process.stdout.write(`Prisma client generated into ${relative(process.cwd(), client)}\n`);
}
