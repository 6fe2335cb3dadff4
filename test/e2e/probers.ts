import { apply, kubectl, list, type Pod, until } from './kubectl';
import { listenProgram } from './programs/connect';

/** Somebody in the cluster, by namespace and labels: all that a network policy sees. */
export interface Identity {
  name: string;
  namespace: string;
  labels: Record<string, string>;
}

/** Ports on which every prober listens. */
export const proberPorts = [3000, 3001, 5432, 6379, 7233, 8000, 8080, 9091];

const podOf = ({ name, namespace, labels }: Identity, image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `prober-${name}`, namespace, labels: { ...labels, 'counterpart-e2e': 'prober' } },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext: { runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'prober',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['node', '-e', listenProgram(proberPorts)],
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        // Never ready: it wears the labels of real pods, and no Service may send it anything.
        readinessProbe: { exec: { command: ['false'] }, periodSeconds: 3600 },
      },
    ],
  },
});

/** Starts a pod for each identity. @returns their addresses by name */
export const startProbers = async (identities: readonly Identity[], image: string): Promise<Map<string, string>> => {
  await apply(identities.map((identity) => JSON.stringify(podOf(identity, image))).join('\n---\n'));
  return until('probers to run', 90, async () => {
    const found = await Promise.all(
      identities.map(({ name, namespace }) => list<Pod>('pods', '-n', namespace, '--field-selector', `metadata.name=prober-${name}`)),
    );
    const addresses = found.map(([pod]) => (pod?.status.phase === 'Running' ? pod.status.podIP : undefined));
    if (addresses.some((address) => !address)) return undefined;
    return new Map(identities.map(({ name }, index) => [name, addresses[index] as string]));
  });
};

export const stopProbers = async (namespaces: readonly string[]): Promise<void> => {
  for (const namespace of namespaces) {
    await kubectl(['delete', 'pods', '-n', namespace, '-l', 'counterpart-e2e=prober', '--ignore-not-found', '--wait=false', '--force']);
  }
};
