import { dirname } from 'node:path';
import { apply, kubectl, list, until } from './kubectl';
import { documents, type Subject } from './systems';

interface StorageClass {
  metadata: { annotations?: Record<string, string> };
}

interface Claim {
  metadata: { name: string; namespace: string };
  spec: { resources: { requests: { storage: string } }; accessModes: string[] };
}

const namespace = 'counterpart-e2e';
const folderOf = ({ metadata }: Claim): string => `/var/tmp/counterpart-e2e/${metadata.namespace}/${metadata.name}`;
const nameOf = ({ metadata }: Claim): string => `e2e-${metadata.namespace}-${metadata.name}`;

interface StatefulSet {
  metadata: { name: string; namespace: string };
  spec: { replicas: number; volumeClaimTemplates?: (Pick<Claim, 'spec'> & { metadata: { name: string } })[] };
}

/** Claims that a StatefulSet makes of its templates, one for each pod. */
const claimsOfPods = ({ metadata, spec }: StatefulSet): Claim[] =>
  (spec.volumeClaimTemplates ?? []).flatMap((template) =>
    Array.from({ length: spec.replicas }, (_, index) => ({
      metadata: { name: `${template.metadata.name}-${metadata.name}-${index}`, namespace: metadata.namespace },
      spec: template.spec,
    })),
  );

const claimsOf = (subjects: readonly Subject[]): Claim[] =>
  subjects.flatMap(({ yaml }) =>
    documents(yaml).flatMap((object) => {
      if (object.kind === 'PersistentVolumeClaim') return [object as unknown as Claim];
      return object.kind === 'StatefulSet' ? claimsOfPods(object as unknown as StatefulSet) : [];
    }),
  );

/** A pod that runs a line of Node as root on the node's disk: kubelet gives a hostPath to root alone. */
const onNode = async (name: string, image: string, program: string): Promise<void> => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'node',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '-e', program],
          securityContext: { runAsUser: 0 },
          volumeMounts: [{ name: 'disk', mountPath: '/disk' }],
        },
      ],
      volumes: [{ name: 'disk', hostPath: { path: '/var/tmp/counterpart-e2e', type: 'DirectoryOrCreate' } }],
    },
  };
  await apply(JSON.stringify(pod));
  await until(
    `pod ${name}`,
    60,
    async () => (await kubectl(['get', 'pod', name, '-n', namespace, '-o', 'jsonpath={.status.phase}'])) === 'Succeeded',
  );
  await kubectl(['delete', 'pod', name, '-n', namespace, '--wait=false']);
};

/**
 * A cluster with a default StorageClass makes the volumes itself. On one without, folders of the node stand in.
 * @returns what takes them away again
 */
export const provideVolumes = async (subjects: readonly Subject[], image: string): Promise<() => Promise<void>> => {
  const classes = await list<StorageClass>('storageclasses');
  if (classes.some(({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'))
    return async () => {};
  const claims = claimsOf(subjects);
  const folders = claims.map((claim) => folderOf(claim).replace('/var/tmp/counterpart-e2e', '/disk'));
  const remove = (paths: string[]): string => `for (const f of ${JSON.stringify(paths)}) fs.rmSync(f, { recursive: true, force: true });`;
  // A run that was cut short leaves its data, with the roles of an older script in it.
  await onNode(
    'make-folders',
    image,
    `${remove(folders)} for (const f of ${JSON.stringify(folders)}) { fs.mkdirSync(f, { recursive: true }); fs.chmodSync(f, 0o777) }`,
  );
  const volumes = claims.map((claim) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: nameOf(claim) },
    spec: {
      capacity: { storage: claim.spec.resources.requests.storage },
      accessModes: claim.spec.accessModes,
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: { namespace: claim.metadata.namespace, name: claim.metadata.name },
      hostPath: { path: folderOf(claim), type: 'Directory' },
    },
  }));
  await apply(volumes.map((volume) => JSON.stringify(volume)).join('\n---\n'));
  return async () => {
    await kubectl(['delete', 'pv', ...claims.map(nameOf), '--ignore-not-found', '--wait=false']);
    await onNode('remove-folders', image, remove([...new Set(folders.map((folder) => dirname(folder)))]));
  };
};
