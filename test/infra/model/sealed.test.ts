import { join } from 'node:path';
import { password } from '../../../infra/model/composition';
import { load } from '../../../infra/model/load';
import { readSealed } from '../../../infra/model/sealed';
import { type SecretContent, secretContents } from '../../../infra/model/secret-content';
import { changedProduction, releases, restApi } from '../support/stacks';
import { deployableOf } from '../support/synthesized';

const fixture = (name: string): string => join(__dirname, '../fixtures/sealed', name);

const file = fixture('temporal-api.yaml');

const wanted = secretContents(deployableOf('production', 'temporal-api'));

const content = (name: string, ...keys: string[]): SecretContent => ({
  name,
  entries: keys.map((key) => ({ key, composition: [password(key)], optional: key.startsWith('optional') })),
});

describe('a file of SealedSecrets', () => {
  test('with everything that the stack asks for is taken as it stands', () => {
    const { sealed, problems } = readSealed(file, 'temporal', wanted);
    expect(problems).toEqual([]);
    expect(sealed.map(({ metadata }) => metadata.name)).toEqual(['temporal-api-secrets', 'temporal-api-migrate-secrets', 'ghcr-secret']);
    expect(sealed[2]).toMatchObject({
      apiVersion: 'bitnami.com/v1alpha1',
      spec: { encryptedData: { '.dockerconfigjson': 'AgBsealed' }, template: { type: 'kubernetes.io/dockerconfigjson' } },
    });
  });

  test('that is not there is told as such, and not once for each key', () => {
    expect(readSealed(fixture('nowhere.yaml'), 'temporal', wanted)).toEqual({
      sealed: [],
      problems: [{ got: 'no such file', allowed: 'a file of SealedSecrets, written by kubeseal' }],
    });
  });

  test('without a key is told which of them, and what has to be there', () => {
    const more = [content('temporal-api-secrets', 'DATABASE_URL', 'JWT_SECRET', 'SESSION_SECRET')];
    expect(readSealed(file, 'temporal', more).problems).toEqual([
      {
        got: 'temporal-api-secrets without JWT_SECRET, SESSION_SECRET',
        allowed: 'temporal-api-secrets with DATABASE_URL, JWT_SECRET, SESSION_SECRET',
      },
    ]);
  });

  test('without a whole Secret is told all of its keys', () => {
    expect(readSealed(file, 'temporal', [content('other', 'one', 'two')]).problems).toEqual([
      { got: 'other without one, two', allowed: 'other with one, two' },
    ]);
  });

  test('with a Secret of a type that its reader passes over is told so', () => {
    const typed = [{ ...content('temporal-api-secrets', 'DATABASE_URL'), type: 'kubernetes.io/basic-auth' }];
    expect(readSealed(file, 'temporal', typed).problems).toEqual([
      { got: 'temporal-api-secrets of type Opaque', allowed: 'kubernetes.io/basic-auth, in spec.template.type' },
    ]);
  });

  test('needs no optional key, nor a Secret of optional keys alone', () => {
    const optional = [content('temporal-api-secrets', 'DATABASE_URL', 'optional-key'), content('other', 'optional-key')];
    expect(readSealed(file, 'temporal', optional).problems).toEqual([]);
  });

  test('for another namespace is refused, since its controller could not open it there', () => {
    expect(readSealed(file, 'temporal-staging', wanted).problems).toEqual(
      ['temporal-api-secrets', 'temporal-api-migrate-secrets', 'ghcr-secret'].map((name) => ({
        got: `${name} sealed for namespace temporal`,
        allowed: 'temporal-staging',
      })),
    );
  });

  test('with anything else in it is refused, without a word of what a plain Secret holds', () => {
    const { sealed, problems } = readSealed(fixture('strangers.yaml'), 'temporal', []);
    expect(sealed).toEqual([]);
    expect(problems).toEqual([{ got: '3 documents of another kind', allowed: 'SealedSecrets only' }]);
    expect(JSON.stringify(problems)).not.toContain('tr0ub4dor');
  });
});

test('a stack whose sealed file is missing is told where, and how to mend it', () => {
  const secretSource = { kind: 'sealed', file: 'infra/sealed/nowhere.yaml' };
  expect(load([changedProduction(restApi, { secretSource })], 'production', releases).findings).toEqual([
    {
      at: 'production.rest-api',
      path: 'secretSource.file',
      got: 'no such file',
      allowed: 'a file of SealedSecrets, written by kubeseal',
      fix: 'Seal what is missing into infra/sealed/nowhere.yaml with kubeseal, for this namespace.',
    },
  ]);
});

test('a sealed file lies below infra/sealed/, in YAML', () => {
  for (const path of ['elsewhere/a.yaml', '/infra/sealed/a.yaml', 'infra/sealed/a.json']) {
    expect(() => deployableOf('production', 'temporal-api', { secretSource: { kind: 'sealed', file: path } })).toThrow(
      /secretSource\.file\n.*\n {2}allowed: a YAML file below infra\/sealed\//,
    );
  }
});
