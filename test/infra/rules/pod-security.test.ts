import { podSecurity } from '../../../infra/rules/pod-security';
import { deployment, findingsIn, object, workload } from '../support/small-objects';
import { itellicoApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

const safe = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const safePod = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

const pod = (container: object = {}, more: object = {}) =>
  deployment('web', { container: { securityContext: safe, ...container }, pod: { securityContext: safePod, ...more } });

const problems = (...objects: Parameters<typeof findingsIn>[1][]) => findingsIn(podSecurity, ...objects).map(({ got }) => got);

describe('PSS-RESTRICTED', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(podSecurity, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a container without a security context', () => {
    const world = worldOf([itellicoApi], 'production', (objects) => {
      Object.assign(containerOf(find(objects, 'StatefulSet', 'redis')), { securityContext: undefined });
      return objects;
    });
    expect(findingsOf(podSecurity, world)).toEqual([
      {
        at: 'itellico-mono',
        path: 'StatefulSet/redis securityContext',
        got: 'redis: allowPrivilegeEscalation is not false; redis: capabilities are not dropped',
        allowed: 'non-root, no escalation, all capabilities dropped, seccomp RuntimeDefault, no host access',
        fix: 'Set the security contexts as the level asks, in init containers and Jobs as well.',
      },
    ]);
  });

  test('finds that the migration, which is a Job, may be root', () => {
    const world = worldOf([itellicoApi], 'production', (objects) => {
      const job = objects.find(({ kind }) => kind === 'Job');
      Object.assign(containerOf(job as never), { securityContext: { ...safe, runAsNonRoot: false, runAsUser: 0 } });
      return objects;
    });
    expect(findingsOf(podSecurity, world)).toMatchObject([
      { path: expect.stringMatching(/^Job\/api-migrate-/), got: 'migrate: runAsNonRoot is not true; migrate: runAsUser is 0' },
    ]);
  });

  test.each([
    ['web: privileged', pod({ securityContext: { ...safe, privileged: true } })],
    ['web: capability SYS_ADMIN', pod({ securityContext: { ...safe, capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } } })],
    ['web: capabilities are not dropped', pod({ securityContext: { ...safe, capabilities: { drop: ['NET_RAW'] } } })],
    ['web: seccompProfile is not RuntimeDefault', pod({ securityContext: { ...safe, seccompProfile: { type: 'Unconfined' } } })],
    ['web: appArmorProfile is Unconfined', pod({ securityContext: { ...safe, appArmorProfile: { type: 'Unconfined' } } })],
    ['web: procMount is Unmasked', pod({ securityContext: { ...safe, procMount: 'Unmasked' } })],
    ['web: hostPort 8080', pod({ ports: [{ containerPort: 80, hostPort: 8080 }] })],
    ['web: a probe asks another host', pod({ livenessProbe: { httpGet: { path: '/', port: 80, host: '10.0.0.1' } } })],
    ['web: runAsUser is 0', pod({}, { securityContext: { ...safePod, runAsUser: 0 } })],
    ['hostNetwork', pod({}, { hostNetwork: true })],
    ['volume of type hostPath', pod({}, { volumes: [{ name: 'host', hostPath: { path: '/' } }] })],
    [
      'init: allowPrivilegeEscalation is not false',
      pod({}, { initContainers: [{ name: 'init', image: 'web:1', securityContext: { ...safe, allowPrivilegeEscalation: true } }] }),
    ],
  ])('finds %s', (problem, bad) => {
    expect(problems(bad)).toEqual([problem]);
  });

  test('tells all that is wrong with a pod at once', () => {
    expect(problems(deployment('web'))).toEqual([
      'web: allowPrivilegeEscalation is not false; web: capabilities are not dropped; web: runAsNonRoot is not true; web: seccompProfile is not RuntimeDefault',
    ]);
  });

  test('looks into the pods of a CronJob', () => {
    const { template } = deployment('web').spec as { template: object };
    expect(problems(object('CronJob', 'nightly', { spec: { jobTemplate: { spec: { template } } } }, 'batch/v1'))).toHaveLength(1);
  });

  test('takes what the level takes', () => {
    const inContainer = deployment('web', { container: { securityContext: { ...safe, ...safePod } } });
    const port80 = pod({ securityContext: { ...safe, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } } });
    const localhost = pod({ securityContext: { ...safe, seccompProfile: { type: 'Localhost', localhostProfile: 'a.json' } } });
    const volumes = pod({}, { volumes: [{ name: 'tmp', emptyDir: {} }, { name: 'token', projected: {} }, { name: 'nothing' }] });
    expect(problems(inContainer, port80, localhost, volumes)).toEqual([]);
  });

  test('leaves pods alone in a namespace that says another level, and in no other', () => {
    const namespace = (level: string) =>
      object('Namespace', 'shop', { metadata: { namespace: undefined, labels: { 'pod-security.kubernetes.io/enforce': level } } });
    expect(problems(workload('DaemonSet', 'agent'), namespace('privileged'))).toEqual([]);
    expect(problems(workload('DaemonSet', 'agent'), namespace('restricted'))).toHaveLength(1);
  });
});
