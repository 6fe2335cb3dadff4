import { type Composition, password } from './composition';
import type { Slot } from './dependency';
import type { Deployable } from './deployable';
import { passwordName } from './facets';
import { apiVariables, migrationVariables } from './variables';

/** A Kubernetes Secret that has to exist, and how each of its values is put together. */
export interface SecretContent {
  name: string;
  /** @default - Opaque */
  type?: string;
  /** Labels that somebody looks for on the Secret. @default - none */
  labels?: Readonly<Record<string, string>>;
  entries: readonly {
    key: string;
    composition: Composition;
    optional: boolean;
    /** The variable that reads it, if one does. */
    spelling?: string;
  }[];
}

/** Secret that holds the passwords of a server of our own. */
export const serverSecretName = (app: string): string => `${app}-passwords`;

/** Secret of one role of a CloudNativePG cluster, in the form the operator asks for. */
export const roleSecretName = (cluster: string, role: 'application' | 'owner'): string => `${cluster}-${role}`;

const entry = (key: string, ...composition: Composition) => ({ key, composition, optional: false });

/** Secrets of the servers that we run, beside those of the API. */
const ofServers = ({ system }: Deployable): SecretContent[] => {
  const { database, cache, queue } = system.dependencies;
  const contents: SecretContent[] = [];
  if (database?.location.kind === 'own') {
    contents.push({
      name: serverSecretName(database.location.app),
      entries: [
        entry('superuser', password('database-superuser-password')),
        entry('owner', password(passwordName('database', 'owner'))),
        entry('application', password(passwordName('database'))),
      ],
    });
  }
  if (database?.location.kind === 'cloudNativePg') {
    const cluster = database.location.name;
    for (const role of ['application', 'owner'] as const) {
      contents.push({
        name: roleSecretName(cluster, role),
        type: 'kubernetes.io/basic-auth',
        // Without it, the operator does not notice a password that was changed.
        labels: { 'cnpg.io/reload': 'true' },
        entries: [
          entry('username', role === 'owner' ? database.owner : database.user),
          entry('password', password(passwordName('database', role))),
        ],
      });
    }
  }
  for (const [slot, dependency] of Object.entries({ cache, queue })) {
    if (dependency?.kind !== 'redis') continue;
    const { location } = dependency;
    if (location.kind !== 'own' && location.kind !== 'redisCluster') continue;
    contents.push({ name: serverSecretName(location.app), entries: [entry('password', password(passwordName(slot as Slot)))] });
  }
  return contents;
};

/** What the kubelet reads to pull the image: the registry is that of the repository. */
const ofImage = ({ system }: Deployable): SecretContent[] => {
  const { pullSecret, repository } = system.image;
  if (!pullSecret) return [];
  const registry = repository.split('/')[0] as string;
  const composition = [`{"auths":{"${registry}":{"username":"counterpart","password":"`, password('image-pull-token'), '"}}}'];
  return [{ name: pullSecret, type: 'kubernetes.io/dockerconfigjson', entries: [entry('.dockerconfigjson', ...composition)] }];
};

/** Every Secret of a system, each with its keys, in a stable order. */
export const secretContents = (deployable: Deployable): SecretContent[] => {
  const byName = new Map<string, Map<string, SecretContent['entries'][number]>>();
  for (const variable of [...apiVariables(deployable), ...migrationVariables(deployable)]) {
    if (!('secret' in variable)) continue;
    const { secret, composition } = variable;
    const keys = byName.get(secret.secret) ?? new Map();
    keys.set(secret.key, { key: secret.key, composition, optional: secret.optional ?? false, spelling: variable.name });
    byName.set(secret.secret, keys);
  }
  return [...[...byName].map(([name, keys]) => ({ name, entries: [...keys.values()] })), ...ofServers(deployable), ...ofImage(deployable)];
};
