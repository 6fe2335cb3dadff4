import { secretReferences } from '../../../infra/rules/secret-references';
import { deployment, findingsIn, object } from '../support/small-objects';
import { itellicoApi, restApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

describe('SECRET-KEY-REF', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(secretReferences, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a key that the Secret does not have', () => {
    const world = worldOf([itellicoApi], 'development', (objects) => {
      const secret = find(objects, 'Secret', 'api-secrets').stringData as Record<string, string>;
      delete secret['jwt-secret'];
      return objects;
    });
    expect(findingsOf(secretReferences, world)).toEqual([
      {
        at: 'itellico-mono-development',
        path: 'Deployment/api api env JWT_SECRET',
        got: 'key jwt-secret of Secret api-secrets',
        allowed: 'one of its keys: database-url, jwt-refresh-secret, redis-url',
        fix: 'Correct the reference, or declare the key where the object is made.',
      },
    ]);
  });

  test('finds a key that the ExternalSecret does not compose', () => {
    const world = worldOf([itellicoApi], 'production', (objects) => {
      const spec = find(objects, 'ExternalSecret', 'api-secrets').spec as { target: { template: { data: Record<string, string> } } };
      delete spec.target.template.data['redis-url'];
      return objects;
    });
    expect(findingsOf(secretReferences, world)).toMatchObject([{ path: 'Deployment/api api env REDIS_URL' }]);
  });

  test('finds a Secret that nobody makes, and does not take that of another namespace', () => {
    const world = worldOf(stacks, 'production', (objects) =>
      objects.filter(
        ({ kind, metadata }) => !(kind === 'ExternalSecret' && metadata.namespace === 'rest-api' && metadata.name === 'api-secrets'),
      ),
    );
    const findings = findingsOf(secretReferences, world);
    expect(findings.map(({ at }) => at)).toEqual(Array(5).fill('rest-api'));
    expect(findings[0]?.allowed).toBe('a Secret of this namespace; there is none of that name');
  });

  test('finds a key that the ConfigMap does not have', () => {
    const world = worldOf([restApi], 'production', (objects) => {
      delete (find(objects, 'ConfigMap', 'api-config').data as Record<string, string>).DB_HOST;
      return objects;
    });
    expect(findingsOf(secretReferences, world)).toMatchObject([{ got: 'key DB_HOST of ConfigMap api-config' }]);
  });

  test('asks nothing of an optional key', () => {
    const world = worldOf([itellicoApi], 'production', (objects) =>
      objects.filter(({ metadata }) => metadata.name !== 'api-secrets-optional'),
    );
    expect(containerOf(find(world.objects.all, 'Deployment', 'api')).env.map(({ name }) => name)).toContain('STRIPE_SECRET_KEY');
    expect(findingsOf(secretReferences, world)).toEqual([]);
  });

  const reading = (name: string, key: string) =>
    deployment('web', { container: { env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name, key } } }] } });

  test('knows the keys of a SealedSecret', () => {
    const sealed = object('SealedSecret', 'keys', { spec: { encryptedData: { jwt: 'AgB' } } }, 'bitnami.com/v1alpha1');
    expect(findingsIn(secretReferences, sealed, reading('keys', 'jwt'))).toEqual([]);
    expect(findingsIn(secretReferences, sealed, reading('keys', 'jwt-refresh'))).toMatchObject([{ allowed: 'one of its keys: jwt' }]);
  });

  test('says nothing of Secrets where nothing in the namespace makes any', () => {
    expect(findingsIn(secretReferences, reading('keys', 'jwt'))).toEqual([]);
    expect(findingsIn(secretReferences, object('Secret', 'others', { stringData: { a: 'b' } }), reading('keys', 'jwt'))).toHaveLength(1);
  });
});
