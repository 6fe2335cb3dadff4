import { configRollout } from '../../../infra/rules/config-rollout';
import { deployment, findingsIn, object, workload } from '../support/small-objects';
import { itellicoApi, restApi, stacks } from '../support/stacks';
import { find, findingsOf, worldOf } from '../support/world';

const withoutChecksum = (stack: typeof itellicoApi, name: string) =>
  worldOf([stack], 'production', (objects) => {
    delete (find(objects, 'Deployment', name).spec as { template: { metadata: { annotations?: object } } }).template.metadata.annotations;
    return objects;
  });

const settings = (name = 'settings', fields: Record<string, unknown> = {}) =>
  object('ConfigMap', name, { data: { LEVEL: 'info' }, ...fields });

const byKey = (name = 'settings') => ({ env: [{ name: 'LEVEL', valueFrom: { configMapKeyRef: { name, key: 'LEVEL' } } }] });

const reading = (name = 'settings') => deployment('web', { container: byKey(name) });

describe('CONFIG-ROLLOUT', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(configRollout, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a mounted file whose change rolls nothing', () => {
    expect(findingsOf(configRollout, withoutChecksum(itellicoApi, 'api'))).toEqual([
      {
        at: 'itellico-mono',
        path: 'Deployment/api spec.template.metadata.annotations',
        got: 'no checksum, while it reads ConfigMap api-config',
        allowed: 'an annotation checksum/… that changes with the content, or an immutable ConfigMap',
        fix: 'Put a checksum of the data on the pod template.',
      },
    ]);
  });

  test('finds variables whose change rolls nothing', () => {
    expect(findingsOf(configRollout, withoutChecksum(restApi, 'api-deployment'))).toMatchObject([
      { at: 'rest-api', path: 'Deployment/api-deployment spec.template.metadata.annotations', got: expect.stringContaining('api-config') },
    ]);
  });

  test.each<[string, Parameters<typeof deployment>[1]]>([
    ['a key', { container: byKey() }],
    ['all keys', { container: { envFrom: [{ configMapRef: { name: 'settings' } }] } }],
    ['a volume', { pod: { volumes: [{ name: 'settings', configMap: { name: 'settings' } }] } }],
    ['a projected volume', { pod: { volumes: [{ name: 'all', projected: { sources: [{ configMap: { name: 'settings' } }] } }] } }],
    ['an init container', { pod: { initContainers: [{ name: 'init', image: 'web:1', ...byKey() }] } }],
  ])('finds that %s is read', (_, pod) => {
    expect(findingsIn(configRollout, settings(), deployment('web', pod))).toMatchObject([
      { got: 'no checksum, while it reads ConfigMap settings' },
    ]);
  });

  test('finds it in a StatefulSet and in a DaemonSet, and names all that is read', () => {
    const pod = { container: { envFrom: [{ configMapRef: { name: 'settings' } }, { configMapRef: { name: 'more' } }] } };
    for (const kind of ['StatefulSet', 'DaemonSet']) {
      expect(findingsIn(configRollout, settings(), settings('more'), workload(kind, 'web', pod))).toMatchObject([
        { path: `${kind}/web spec.template.metadata.annotations`, got: 'no checksum, while it reads ConfigMap settings, more' },
      ]);
    }
  });

  test.each([
    ['is immutable', [settings('settings', { immutable: true }), reading()]],
    ["bears kustomize's hash in its name", [settings('settings-7b2hm5k9fd'), reading('settings-7b2hm5k9fd')]],
    ['is made by somebody else', [reading('kube-root-ca.crt')]],
    ['is of another namespace', [settings('settings', { metadata: { namespace: 'elsewhere' } }), reading()]],
  ])('is content with a ConfigMap that %s', (_, objects) => {
    expect(findingsIn(configRollout, ...objects)).toEqual([]);
  });

  test('is content with a checksum of another spelling, with Reloader, and with a Job, which runs once', () => {
    const reloaded = { 'reloader.stakater.com/auto': 'true' };
    expect(findingsIn(configRollout, settings(), deployment('web', { container: byKey(), annotations: { configHash: 'ab' } }))).toEqual([]);
    expect(findingsIn(configRollout, settings(), deployment('web', { container: byKey(), metadata: { annotations: reloaded } }))).toEqual(
      [],
    );
    expect(findingsIn(configRollout, settings(), workload('Job', 'web', { container: byKey() }))).toEqual([]);
  });
});
