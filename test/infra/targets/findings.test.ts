import { describe as told } from '../../../infra/model/finding';
import { petBackend } from '../../../infra/stacks/pet-backend';
import { renderTargets } from '../../../infra/targets';
import { deployed } from '../support/deployed';
import { changed, changedProduction, restApi } from '../support/stacks';

test('a server that only the cluster has is refused on Fly, unless a secret says where it is', () => {
  const mail = { kind: 'smtp', location: { kind: 'cluster', host: 'mailpit', pods: { app: 'mailpit' } }, port: 1025 };
  const uses = ['database', 'cache', 'mail'];
  const stack = changedProduction(petBackend, { dependencies: { mail }, workloads: { api: { uses } } });
  const { files, findings } = renderTargets([deployed(stack, 'production')]);
  expect(findings.map((finding) => told(finding))).toEqual([
    [
      'production.pet-backend.dependencies.mail.location.kind',
      '  got:     "cluster", and MAIL_HOST says where',
      '  allowed: "external", or a spelling as one URL, which is a secret, for service/fly.prod.toml',
      '  fix:     Change it in infra/stacks/pet-backend.ts, or take the system out of infra/targets/rows.ts.',
    ].join('\n'),
  ]);
  expect([...files.keys()]).toEqual([]);
});

test('a configuration file and more than the largest machine are refused on Fly, both at once', () => {
  const resources = { cpu: '17', memory: '1Gi', limits: { memory: '2Gi', cpu: '20' } };
  const stack = changed(petBackend, { file: { compression: { level: 6 } }, workloads: { api: { resources } } });
  const { findings } = renderTargets([deployed(stack, 'staging')]);
  expect(findings.map(({ path, got }) => [path, got])).toEqual([
    ['file', 'a configuration file'],
    ['workloads.api.resources', '17 and 2Gi'],
  ]);
});

test('Compose runs database and cache itself, and says so of both at once', () => {
  const elsewhere = { kind: 'external', host: 'database.example.com' };
  const { database, cache } = restApi.base.dependencies;
  const stack = changed(restApi, {
    dependencies: { database: { ...database, location: elsewhere }, cache: { ...cache, location: elsewhere } },
  });
  const { files, findings } = renderTargets([deployed(stack, 'development')]);
  expect(findings.map((finding) => told(finding))).toEqual(
    ['database', 'cache'].map((slot) =>
      [
        `development.rest-api.dependencies.${slot}.location.kind`,
        '  got:     "external"',
        '  allowed: "own" for service/compose.yaml',
        '  fix:     Change it in infra/stacks/rest-api.ts, or name another system in infra/targets/rows.ts.',
      ].join('\n'),
    ),
  );
  expect([...files.keys()]).toEqual([]);
});

test('systems and environments that no row names are passed over', () => {
  expect(renderTargets([deployed(restApi, 'production'), deployed(petBackend, 'development')])).toEqual({ files: new Map(), findings: [] });
});
