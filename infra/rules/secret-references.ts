import { containersOf, type KubernetesObject, namespaceOf, type Objects } from './objects';
import { objectPath, type Rule } from './rule';

interface SecretLike {
  stringData?: Record<string, string>;
  data?: Record<string, string>;
}

interface SealedSpec {
  encryptedData?: Record<string, string>;
}

interface ExternalSpec {
  target?: { name?: string; creationPolicy?: string; template?: { data?: Record<string, string> } };
  data?: { secretKey: string }[];
}

/** Keys of every Secret that will exist, by `namespace/name`: written out, or made by an ExternalSecret. */
const secretKeys = (objects: Objects): Map<string, Set<string>> => {
  const keys = new Map<string, Set<string>>();
  const add = (object: KubernetesObject, name: string, found: readonly string[]) => {
    const id = `${namespaceOf(object)}/${name}`;
    keys.set(id, new Set([...(keys.get(id) ?? []), ...found]));
  };
  for (const secret of objects.of('Secret')) {
    const { stringData, data } = secret as SecretLike;
    add(secret, secret.metadata.name, [...Object.keys(stringData ?? {}), ...Object.keys(data ?? {})]);
  }
  for (const external of objects.of('ExternalSecret')) {
    const { target, data } = external.spec as ExternalSpec;
    // It adds to a Secret that another one makes.
    if (target?.creationPolicy === 'Merge' && !target.template?.data) continue;
    const made = target?.template?.data ? Object.keys(target.template.data) : (data ?? []).map(({ secretKey }) => secretKey);
    add(external, target?.name ?? external.metadata.name, made);
  }
  for (const sealed of objects.of('SealedSecret')) {
    add(sealed, sealed.metadata.name, Object.keys((sealed.spec as SealedSpec).encryptedData ?? {}));
  }
  return keys;
};

/** Whether nothing here makes Secrets for a namespace: then somebody else does, and nobody here knows them. */
const comeFromElsewhere = (keys: ReadonlyMap<string, unknown>, namespace: string): boolean =>
  ![...keys.keys()].some((id) => id.startsWith(`${namespace}/`));

const configMapKeys = (objects: Objects): Map<string, Set<string>> =>
  new Map(
    objects
      .of('ConfigMap')
      .map((map) => [`${namespaceOf(map)}/${map.metadata.name}`, new Set(Object.keys((map as SecretLike).data ?? {}))]),
  );

export const secretReferences: Rule = {
  code: 'SECRET-KEY-REF',
  title: 'Every key that a pod refers to exists',
  why: 'The pod waits in CreateContainerConfigError and nobody is told.',
  severity: 'error',
  reads: 'objects',
  *check(objects) {
    const known = { Secret: secretKeys(objects), ConfigMap: configMapKeys(objects) };
    for (const pod of objects.pods) {
      for (const { name, env } of containersOf(pod)) {
        for (const variable of env ?? []) {
          const { secretKeyRef, configMapKeyRef } = variable.valueFrom ?? {};
          const reference = secretKeyRef ?? configMapKeyRef;
          if (!reference || reference.optional) continue;
          const kind = secretKeyRef ? 'Secret' : 'ConfigMap';
          const keys = known[kind].get(`${namespaceOf(pod.object)}/${reference.name}`);
          if (keys?.has(reference.key)) continue;
          if (secretKeyRef && comeFromElsewhere(known.Secret, namespaceOf(pod.object))) continue;
          yield {
            at: namespaceOf(pod.object),
            path: `${objectPath(pod.object)} ${name} env ${variable.name}`,
            got: `key ${reference.key} of ${kind} ${reference.name}`,
            allowed: keys ? `one of its keys: ${[...keys].join(', ')}` : `a ${kind} of this namespace; there is none of that name`,
            fix: 'Correct the reference, or declare the key where the object is made.',
          };
        }
      }
    }
  },
};
