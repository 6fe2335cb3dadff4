import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { entryOf } from '../../../../infra/model/service';
import { petBackend } from '../../../../infra/stacks/pet-backend';
import { readConfig } from '../../../../service/config';
import { listed, rendered } from './file';

const { toml, text, notes } = rendered(petBackend, 'production');
/** No configuration file lies here. */
const noFile = __dirname;

const needed = listed(notes, /Secrets that it needs/);
const optional = listed(notes, /Secrets that it does without/);
const ofApi = needed.filter((name) => !name.startsWith('MIGRATION_'));

/** Some value of the right form. */
const sampleOf = (name: string): string => {
  if (name.startsWith('DATABASE')) return 'postgresql://someone:secret@database.internal:5432/pet?sslmode=require';
  return name.startsWith('REDIS') ? 'redis://:secret@cache.internal:6379/0' : 'x'.repeat(32);
};

const secrets = Object.fromEntries(ofApi.map((name) => [name, sampleOf(name)]));

test('variables and the secrets that are listed are all that the service needs', () => {
  const decoded = readConfig({ ...toml.env, ...secrets }, noFile);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  expect(decoded.config).toMatchObject({ server: { port: 3001 }, database: { pool: { max: 50 } } });
});

const { FEATURES = '' } = toml.env;

test.each(ofApi.filter((name) => FEATURES.split(',').includes(entryOf(name)?.setting.required ?? '')))(
  'without %s it does not start',
  (name) => {
    const { [name]: _left, ...others } = secrets;
    expect(readConfig({ ...toml.env, ...others }, noFile).ok).toBe(false);
  },
);

test('no secret stands among the variables, and no value of one anywhere', () => {
  expect([...needed, ...optional].filter((name) => name in toml.env)).toEqual([]);
  expect(text).not.toMatch(/:\/\/\w*:[^@\s/]+@|[0-9a-f]{64}/);
});

test('optional ones are told apart, and the DSN of Sentry is one of them', () => {
  expect(optional).toEqual(expect.arrayContaining(['SENTRY_DSN', 'SHOPIFY_WEBHOOK_SECRET']));
});

test('no name of the cluster is in it', () => {
  for (const name of ['pet-postgres', '-rw', '.svc', '10.244.']) expect(text).not.toContain(name);
});

test('it tells how many connections the machines open together', () => {
  // Ten machines, each with its pool and one connection for a readiness check.
  expect(notes).toMatch(/DATABASE_URL 510\n# {3}DATABASE_REPLICA_URL 310\n/);
});

describe('the release command', () => {
  /** Runs it with a `node` that only tells how it was called. */
  const run = (command: string, environment: Record<string, string>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'counterpart-'));
    try {
      writeFileSync(join(folder, 'node'), '#!/bin/sh\necho "$DATABASE_URL|$DATABASE_APPLICATION_ROLE|$*"\n');
      chmodSync(join(folder, 'node'), 0o755);
      // Fly splits it as a shell does.
      return execFileSync('sh', ['-c', command], {
        env: { ...environment, PATH: `${folder}${delimiter}${process.env.PATH}` },
        encoding: 'utf8',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test('migrates as the owner, whatever characters its password has, and grants to the role of the API', () => {
    const owner = 'postgresql://pet_owner:a\'b "c$d@database.internal:5432/pet';
    const told = run(toml.deploy.release_command ?? '', { ...toml.env, ...secrets, MIGRATION_DATABASE_URL: owner });
    expect(told).toBe(`${owner}|pet|build/service/migrate.js\n`);
  });

  test('has a secret of its own, listed', () => {
    expect(needed).toContain('MIGRATION_DATABASE_URL');
  });
});
