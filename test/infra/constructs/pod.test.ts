import { type FullContainer, specOf } from '../support/pods';
import { at, everywhere, idOf, synthesized } from '../support/synthesized';

const every = everywhere.flatMap(([environment, system]) =>
  synthesized(environment, system).pods.map((owner): [string, ReturnType<typeof specOf>, string[]] => [
    `${environment} ${system} ${idOf(owner.object)}`,
    specOf(owner),
    (at<{ metadata: { name: string } }[] | undefined>(owner.object, 'spec.volumeClaimTemplates') ?? []).map(
      ({ metadata }) => metadata.name,
    ),
  ]),
);

const containersIn = ({ containers, initContainers = [] }: ReturnType<typeof specOf>): FullContainer[] => [
  ...initContainers,
  ...containers,
];

describe.each(every)('the pods of %s', (_id, spec, claimed) => {
  test('are of level restricted, in every container', () => {
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    for (const { securityContext } of containersIn(spec)) {
      expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
      expect(securityContext).not.toHaveProperty('privileged');
    }
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) expect(spec).not.toHaveProperty(field);
    expect(JSON.stringify(spec)).not.toContain('hostPath');
  });

  test('run as a user by number, who owns their volumes', () => {
    const { runAsUser, runAsGroup, fsGroup } = spec.securityContext as Record<string, number>;
    expect(runAsUser).toBeGreaterThan(0);
    expect([runAsGroup, fsGroup]).toEqual([runAsUser, runAsUser]);
  });

  test('cannot change their own image', () => {
    for (const { securityContext } of containersIn(spec)) expect(securityContext?.readOnlyRootFilesystem).toBe(true);
  });

  test('get no token of the API server and no addresses of Services', () => {
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.enableServiceLinks).toBe(false);
  });

  test('say what they need and where memory ends', () => {
    for (const { resources } of containersIn(spec)) {
      expect(resources).toMatchObject({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
    }
  });

  test('limit every folder that lies on the node', () => {
    for (const { emptyDir } of spec.volumes ?? []) {
      if (emptyDir) expect(emptyDir.sizeLimit).toMatch(/^[1-9]\d*(Mi|Gi)$/);
    }
  });

  test('mount every volume that they name, and name every volume that they mount', () => {
    const mounted = containersIn(spec).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
    expect(new Set(mounted)).toEqual(new Set([...claimed, ...(spec.volumes ?? []).map(({ name }) => name)]));
  });

  test('run an image whose tag does not move', () => {
    for (const { image, imagePullPolicy } of containersIn(spec)) {
      expect(image).toMatch(/:(?!latest)[\w.-]+$/);
      expect(imagePullPolicy).toBe('IfNotPresent');
    }
  });
});

test('the image of the API runs as its user 1001', () => {
  const owners = synthesized('production', 'itellico-api').pods.filter(({ object }) => object.kind !== 'StatefulSet');
  expect(owners.map((owner) => specOf(owner).securityContext?.runAsUser)).toEqual([1001, 1001]);
});
