import { matches } from '../../../infra/rules/objects';
import { containerOf, ownerOf, specOf, variablesOf } from '../support/pods';
import { at, deployableOf, everywhere, idOf, objectsOf, synthesized } from '../support/synthesized';

type Objects = ReturnType<typeof synthesized>;

const jobOf = (objects: Objects) => {
  const [job] = objects.of('Job');
  if (!job) throw new Error('no Job');
  return job;
};

const variables = (objects: Objects) => variablesOf(containerOf(objects, idOf(jobOf(objects))));

test.each(everywhere)('%s %s migrates once for each version, by a Job whose name ends in the tag', (...where) => {
  const deployable = deployableOf(where[0], where[1], {}, { tag: '1.10.0-rc.1' });
  const objects = objectsOf(deployable);
  expect(objects.of('Job')).toHaveLength(1);
  expect(jobOf(objects).metadata.name).toMatch(
    new RegExp(`^${deployable.names.deployment.replace('-deployment', '')}-migrate-[0-9a-f]{8}-1-10-0-rc-1$`),
  );
});

test('a tag in capitals still makes a name', () => {
  const { name } = jobOf(synthesized('production', 'rest-api', {}, { tag: 'Feature_X.' })).metadata;
  expect(name).toMatch(/^api-migrate-(.+-)?feature-x$/);
});

test('the longest tag still makes a name that fits', () => {
  const { name } = jobOf(synthesized('production', 'rest-api', {}, { tag: 'v1.'.repeat(42) })).metadata;
  expect(name.length).toBeLessThanOrEqual(63);
  expect(name).toMatch(/[a-z0-9]$/);
});

test.each(everywhere)('the migration of %s %s runs as an account of its own, in pods that no selector of the API finds', (...where) => {
  const objects = synthesized(...where);
  const owner = ownerOf(objects, idOf(jobOf(objects)));
  const { matchLabels } = at<{ matchLabels: Record<string, string> }>(objects.of('Deployment')[0], 'spec.selector');
  expect(owner.labels.app).toMatch(/-migrate$/);
  expect(specOf(owner).serviceAccountName).toBe(owner.labels.app);
  expect(matches(matchLabels, owner.labels)).toBe(false);
});

test('the Job tries again until the database is there, and gives up after a quarter of an hour', () => {
  const job = jobOf(synthesized('production', 'itellico-api'));
  expect(job.spec).toMatchObject({ backoffLimit: 6, activeDeadlineSeconds: 900 });
  expect(at(job, 'spec.template.spec.restartPolicy')).toBe('Never');
});

test('the Job runs the migrations of the same image as the API', () => {
  const objects = synthesized('production', 'itellico-api');
  const container = containerOf(objects, idOf(jobOf(objects)));
  expect(container.command).toEqual(['node', 'build/service/migrate.js']);
  expect(container.image).toBe(containerOf(objects, 'Deployment/api').image);
});

test('the Job gets the connection of the owner, the role to grant to, and little else', () => {
  expect(variables(synthesized('production', 'itellico-api'))).toEqual({
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    DATABASE_URL: 'secret api-migrate-secrets/database-url',
    DATABASE_APPLICATION_ROLE: 'api',
  });
});

test('the Job of rest-api connects as the owner with parts', () => {
  expect(variables(synthesized('production', 'rest-api'))).toMatchObject({
    DB_USERNAME: 'rest_api_owner',
    DB_PASSWORD: 'secret api-migrate-secrets/DB_PASSWORD',
    DATABASE_APPLICATION_ROLE: 'rest_api',
  });
});

test('Argo CD migrates after the servers are there and before the API', () => {
  const objects = synthesized('production', 'itellico-api');
  const wave = (kind: string): number => Number(objects.of(kind)[0]?.metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
  expect(wave('ExternalSecret')).toBeLessThan(wave('Job'));
  expect(wave('Cluster')).toBeLessThan(wave('Job'));
  expect(wave('Job')).toBeLessThan(wave('Deployment'));
});
