import { ownerOf } from '../support/pods';
import { at, deployableOf, named, objectsOf, type SystemName, synthesized } from '../support/synthesized';

const checksum = (objects: ReturnType<typeof synthesized>): unknown =>
  at(
    objects.pods.find(({ object }) => object.kind === 'Deployment'),
    'object.spec.template.metadata.annotations',
  );

const checksumOf = (...parameters: Parameters<typeof deployableOf>): unknown =>
  (checksum(objectsOf(deployableOf(...parameters))) as Record<string, string>)['checksum/config'];

describe('production.json of itellico-api', () => {
  const data = at<Record<string, string>>(named(synthesized('production', 'itellico-api'), 'ConfigMap', 'api-config'), 'data');
  const file = JSON.parse(data['production.json'] ?? '');

  test('is all that api-config holds', () => {
    expect(Object.keys(data)).toEqual(['production.json']);
  });

  test('listens on every address at 3001 and takes JSON bodies up to 10 MiB', () => {
    expect(file.server).toMatchObject({ host: '0.0.0.0', port: 3001, logger: { level: 'info' }, bodyLimit: 10 * 2 ** 20 });
  });

  test('believes forwarding headers of the cluster only, not of everybody', () => {
    expect(file.server.trustProxy).toEqual(['10.244.0.0/16']);
  });

  test('documents the public host over https', () => {
    expect(file.swagger).toEqual({
      host: 'api.itellico.com',
      schemes: ['https'],
      info: { title: 'itellico Mono API', version: '1.0.0' },
    });
  });

  test('limits 100 requests a minute, and 5 authentications in 15 minutes', () => {
    expect(file.rateLimit).toEqual({ global: { max: 100, timeWindow: 60_000 }, auth: { max: 5, timeWindow: 15 * 60_000 } });
  });

  test('caches for 300 s, 1000 values at most, swept every 60 s', () => {
    expect(file.cache).toEqual({ ttl: 300, max: 1_000, checkperiod: 60 });
  });

  test('takes seven kinds of files up to 50 MiB', () => {
    expect(file.upload).toEqual({
      maxFileSize: 50 * 2 ** 20,
      allowedMimeTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'application/pdf', 'video/mp4', 'video/quicktime'],
    });
  });
});

test('the file is named after the stage that the service runs in', () => {
  const data = at<object>(named(synthesized('staging', 'itellico-api'), 'ConfigMap', 'api-config'), 'data');
  expect(Object.keys(data)).toEqual(['staging.json']);
});

describe.each<[SystemName]>([['itellico-api'], ['rest-api']])('the checksum in the pods of %s', (system) => {
  const before = checksumOf('production', system);

  test('is there', () => {
    expect(before).toMatch(/^[0-9a-f]{16}$/);
  });

  test('stays with the same configuration', () => {
    expect(checksumOf('production', system)).toBe(before);
  });

  test('stays when anything else changes', () => {
    const change = { workloads: { api: { writable: { '/tmp': '300Mi' as const } } } };
    expect(checksumOf('production', system, change, { tag: '0.2.0' })).toBe(before);
  });
});

test('a changed value in the mounted file changes the checksum of itellico-api', () => {
  const changed = checksumOf('production', 'itellico-api', { file: { cache: { ttl: 301 } } });
  expect(changed).not.toBe(checksumOf('production', 'itellico-api'));
});

test('a changed variable in the ConfigMap changes the checksum of rest-api', () => {
  const changed = checksumOf('production', 'rest-api', { config: { LOG_LEVEL: 'warn' } });
  expect(changed).not.toBe(checksumOf('production', 'rest-api'));
});

test('without a file nothing is mounted, and without variables there is no ConfigMap', () => {
  const { system, ...rest } = deployableOf('production', 'itellico-api');
  const { file, ...withoutFile } = system;
  expect(file).toBeDefined();
  const objects = objectsOf({ ...rest, system: withoutFile });
  expect(objects.of('ConfigMap').map(({ metadata }) => metadata.name)).not.toContain('api-config');
  expect(at<{ name: string }[]>(ownerOf(objects, 'Deployment/api').spec, 'volumes').map(({ name }) => name)).toEqual(['tmp']);
});
