import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../infra/run';
import { synthesize } from '../../../infra/synthesize';
import { changedProduction, itellicoApi, releases, restApi } from '../support/stacks';

const wrongRestApi = changedProduction(restApi, {
  config: { ALLOWED_ORIGNS: ['https://app.example.com'], LOG_LEVEL: 'loud', PORT: 3000 },
  secrets: { JWT_SECRET: 'literal' },
  workloads: { api: { resources: { memory: '512M' }, health: { live: '/healtz' }, scale: { kind: 'fixed', replicas: 0 } } },
  dependencis: {},
});

const wrongItellico = changedProduction(itellicoApi, {
  secretSource: { kind: 'vault' },
  features: ['auth.locl'],
  workloads: { api: { uses: ['database', 'cahce'], minAvailable: 3 } },
});

const errorsOf = (...stacks: Parameters<typeof synthesize>[0]) => synthesize(stacks, releases).errors;

describe('a wrong stack', () => {
  const errors = errorsOf(wrongItellico, wrongRestApi);

  test.each([
    [
      'an unknown variable',
      'production.rest-api.config.ALLOWED_ORIGNS\n  got:     ["https://app.example.com"]\n  allowed: a variable that the service reads: APP_NAME,',
    ],
    ['a value outside of an enumeration', 'production.rest-api.config.LOG_LEVEL\n  got:     "loud"\n  allowed: one of "trace"|'],
    [
      'a variable that infra computes',
      'production.rest-api.config.PORT\n  got:     3000\n  allowed: nothing: it follows from dependencies, ports or features',
    ],
    [
      'a literal for a secret',
      'production.rest-api.secrets.JWT_SECRET\n  got:     "literal"\n  allowed: a record with secret, key, optional',
    ],
    ['a wrong unit', 'production.rest-api.workloads.api.resources.memory\n  got:     "512M"\n  allowed: whole Mi or Gi, such as 512Mi'],
    [
      'a path that is not served',
      'production.rest-api.workloads.api.health.live\n  got:     "/healtz"\n  allowed: one of "/health"|"/healthz"',
    ],
    ['a number out of bounds', 'production.rest-api.workloads.api.scale.replicas\n  got:     0\n  allowed: '],
    [
      'an unknown name',
      'production.rest-api.dependencis\n  got:     the unknown name dependencis\n  allowed: one of name, app, selector, container, labels,',
    ],
    [
      'an unknown kind',
      'production.itellico-api.secretSource.kind\n  got:     "vault"\n  allowed: one of the kinds plain, existing, sealed, external',
    ],
    ['an unknown feature', 'production.itellico-api.features.0\n  got:     "auth.locl"\n  allowed: one of "auth.local"|"auth.betterAuth"|'],
    ['an unknown slot', 'production.itellico-api.workloads.api.uses.1\n  got:     "cahce"\n  allowed: one of "database"|"reader"|"cache"|'],
  ])('with %s is told where it is, what it got and what is allowed', (_, text) => {
    expect(errors.filter((error) => error.startsWith(text))).toHaveLength(1);
  });

  test('gives every error of all stacks in one run, and no other', () => {
    expect(errors).toHaveLength(11);
  });

  test('says in every error how to mend it', () => {
    for (const error of errors)
      expect(error).toMatch(/\n {2}fix: {5}(Change it|Correct the spelling) in infra\/stacks\/(rest|itellico)-api\.ts/);
  });

  test('leaves dist/ untouched', () => {
    const folder = mkdtempSync(join(tmpdir(), 'counterpart-'));
    try {
      const dist = join(folder, 'dist');
      const output = join(folder, 'output');
      const service = join(folder, 'service');
      const told: string[] = [];
      expect(run([itellicoApi], releases, { output, dist, service }, () => undefined)).toBe(0);
      writeFileSync(join(dist, 'production', 'stale.k8s.yaml'), 'kept while there are errors\n');
      const before = readFileSync(join(dist, 'production', 'itellico-api.k8s.yaml'), 'utf8');

      expect(run([wrongItellico, wrongRestApi], releases, { output, dist, service }, (line) => told.push(line))).toBe(1);

      expect(readdirSync(join(dist, 'production')).sort()).toEqual(['itellico-api.k8s.yaml', 'stale.k8s.yaml']);
      expect(readFileSync(join(dist, 'production', 'itellico-api.k8s.yaml'), 'utf8')).toBe(before);
      expect(told.at(-1)).toBe(`11 errors; ${dist}/ is as it was.`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a stack that only its whole shows to be wrong', () => {
  test('has more pods to keep than it has at least', () => {
    const stack = changedProduction(itellicoApi, { workloads: { api: { minAvailable: 3 } } });
    expect(errorsOf(stack)).toEqual([
      [
        'production.itellico-api.workloads.api.minAvailable',
        '  got:     3',
        '  allowed: fewer than the least replicas, else no node can be drained',
        '  fix:     Change it in infra/stacks/itellico-api.ts.',
      ].join('\n'),
    ]);
  });

  test('makes secrets up outside of throw-away clusters', () => {
    const [error] = errorsOf(changedProduction(restApi, { secretSource: { kind: 'plain' } }));
    expect(error).toMatch(/^production\.rest-api\.secretSource\.kind\n {2}got: {5}"plain"/);
  });

  test('sets one meaning under two names', () => {
    const [error] = errorsOf(changedProduction(restApi, { config: { CORS_ORIGINS: ['https://a.example'] } }));
    expect(error).toContain('production.rest-api.config.CORS_ORIGINS');
    expect(error).toContain('one spelling of a setting; ALLOWED_ORIGINS is set, too');
  });

  test('uses what it does not have', () => {
    const [error] = errorsOf(changedProduction(restApi, { workloads: { api: { uses: ['database', 'cache', 'queue'] } } }));
    expect(error).toContain('production.rest-api.workloads.api.uses.2');
    expect(error).toContain('a dependency of this system: database, cache');
  });

  test('has a mistake in its configuration file', () => {
    const errors = errorsOf(changedProduction(itellicoApi, { file: { server: { bodyLimit: 'big' }, cach: { ttl: 1 } } }));
    expect(errors).toHaveLength(2);
    expect(errors.join()).toContain('production.itellico-api.file.server.bodyLimit');
    expect(errors.join()).toContain('production.itellico-api.file.cach.ttl');
  });

  test('has no release', () => {
    const { production: _, ...others } = releases;
    expect(synthesize([restApi], { ...others, production: {} }).errors.join()).toContain('releases.production.rest-api');
  });

  test('would run an image that moves', () => {
    const moving = { ...releases, production: { 'rest-api': { tag: 'latest' } } };
    expect(synthesize([restApi], moving).errors.join()).toContain('a tag that does not move');
  });

  test('has the name of another', () => {
    expect(errorsOf(restApi, restApi).join()).toContain('two stacks are named rest-api');
  });
});
