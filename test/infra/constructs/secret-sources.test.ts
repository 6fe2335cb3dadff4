import { join } from 'node:path';
import type { Deployable } from '../../../infra/model/deployable';
import { readSealed } from '../../../infra/model/sealed';
import { checkAll } from '../../../infra/rules';
import { containerOf, variablesOf } from '../support/pods';
import { at, deployableOf, named, objectsOf, synthesized } from '../support/synthesized';

const kinds = ['Secret', 'ExternalSecret', 'SealedSecret'];

const secretsIn = (objects: ReturnType<typeof synthesized>): string[] =>
  kinds.flatMap((kind) => objects.of(kind).map(({ metadata }) => `${kind}/${metadata.name}`));

const errors = (deployable: Deployable, objects = objectsOf(deployable)): string[] =>
  checkAll({ deployables: [deployable], objects })
    .filter(({ rule }) => rule.severity === 'error')
    .map(({ rule, path, got }) => `${rule.code} ${path}: ${got}`);

describe('Secrets that exist already', () => {
  const deployable = deployableOf('production', 'itellico-api', { secretSource: { kind: 'existing' } });
  const objects = objectsOf(deployable);

  test('are made by nobody here', () => {
    expect(secretsIn(objects)).toEqual([]);
  });

  test('are read under the same names, and taken for granted by every rule', () => {
    expect(variablesOf(containerOf(objects, 'Deployment/api')).DATABASE_URL).toBe('secret api-secrets/database-url');
    expect(errors(deployable)).toEqual([]);
  });
});

describe('Secrets that come sealed', () => {
  const { system, cluster, ...others } = deployableOf('production', 'temporal-api');
  const { sealed } = readSealed(join(__dirname, '../fixtures/sealed/temporal-api.yaml'), 'temporal', []);
  const secretSource = { kind: 'sealed', file: 'infra/sealed/temporal-api.yaml' } as const;
  const deployable: Deployable = {
    ...others,
    sealed,
    system: { ...system, secretSource },
    cluster: { ...cluster, crds: [...cluster.crds, 'bitnami.com'] },
  };
  const objects = objectsOf(deployable);

  test('stand in the file as kubeseal wrote them, and nothing beside them', () => {
    expect(secretsIn(objects)).toEqual(
      ['temporal-api-secrets', 'temporal-api-migrate-secrets', 'ghcr-secret'].map((name) => `SealedSecret/${name}`),
    );
    expect(objects.of('SealedSecret')).toEqual(sealed);
  });

  test('come before what reads them, and every rule is content where the cluster can open them', () => {
    const order = objects.all.map(({ kind }) => kind);
    expect(order.lastIndexOf('SealedSecret')).toBeLessThan(order.indexOf('Job'));
    expect(errors(deployable)).toEqual([]);
    expect(errors({ ...deployable, cluster })).toEqual(
      sealed.map(({ metadata }) => `CRD-PRESENT SealedSecret/${metadata.name}: bitnami.com/v1alpha1`),
    );
  });
});

describe('the secret to pull images with', () => {
  const config = at<Record<string, string>>(named(synthesized('development', 'temporal-api'), 'Secret', 'ghcr-secret'), 'stringData');

  test('is what the kubelet reads, on development: JSON that names the registry of the image', () => {
    expect(named(synthesized('development', 'temporal-api'), 'Secret', 'ghcr-secret')).toMatchObject({
      type: 'kubernetes.io/dockerconfigjson',
    });
    expect(JSON.parse(config['.dockerconfigjson'] ?? '')).toEqual({
      auths: { 'ghcr.io': { username: 'counterpart', password: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
  });

  test.each(['staging', 'production'] as const)('is a template around a token of the store in %s', (environment) => {
    const external = named(synthesized(environment, 'temporal-api'), 'ExternalSecret', 'ghcr-secret');
    expect(at(external, 'spec.target.template')).toEqual({
      engineVersion: 'v2',
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': '{"auths":{"ghcr.io":{"username":"counterpart","password":"{{ .image_pull_token }}"}}}' },
    });
    expect(at(external, 'spec.data')).toEqual([
      { secretKey: 'image_pull_token', remoteRef: { key: `temporal-api/${environment}`, property: 'image-pull-token' } },
    ]);
  });

  test('goes to the registry of another repository with that, and nowhere without a name', () => {
    const image = { repository: 'registry.example.com/team/api', pullSecret: 'registry' };
    const { '.dockerconfigjson': text = '' } = at<Record<string, string>>(
      named(synthesized('development', 'rest-api', { image }), 'Secret', 'registry'),
      'stringData',
    );
    expect(Object.keys(JSON.parse(text).auths)).toEqual(['registry.example.com']);
    expect(JSON.stringify(synthesized('development', 'rest-api').all)).not.toMatch(/imagePullSecrets|dockerconfigjson/);
  });
});
