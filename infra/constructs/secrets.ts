import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  ExternalSecret,
  ExternalSecretSpecRefreshPolicy,
  ExternalSecretSpecSecretStoreRefKind,
  ExternalSecretSpecTargetCreationPolicy,
  ExternalSecretSpecTargetDeletionPolicy,
  ExternalSecretSpecTargetTemplateEngineVersion,
} from '../../imports/externalsecret-external-secrets.io';
import { type Composition, compose, passwordsOf } from '../model/composition';
import type { Deployable } from '../model/deployable';
import { type SecretContent, secretContents } from '../model/secret-content';
import type { SecretSource } from '../model/system';
import { metadata } from './metadata';

/** A value for throw-away clusters: the same at every synth, and of no use anywhere else. */
const madeUp = ({ environmentName, system }: Deployable, name: string): string =>
  createHash('sha256').update(`${environmentName}/${system.name}/${name}`).digest('hex');

/** Entry of the secret store that holds the passwords of a system. */
export const remoteKey = ({ environmentName, system }: Deployable): string => `${system.name}/${environmentName}`;

/** Names in a Go template may not contain a dash. */
const templateName = (password: string): string => password.replaceAll(/[^a-zA-Z0-9]/g, '_');

const template = (composition: Composition): string =>
  composition
    .map((part) => (typeof part === 'string' ? part : `{{ .${templateName(part.password)}${part.escaped ? ' | urlquery' : ''} }}`))
    .join('');

/** The Secrets of a system: made up on throw-away clusters, else fetched from the secret store and composed there. */
export class Secrets extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    const { secretSource } = deployable.system;
    for (const content of secretContents(deployable)) {
      if (secretSource.kind === 'plain') this.plain(deployable, content);
      else this.external(deployable, content, secretSource);
    }
  }

  private plain(deployable: Deployable, { name, type, entries }: SecretContent): void {
    const given = entries.filter(({ optional }) => !optional);
    new k8s.KubeSecret(this, name, {
      metadata: metadata(deployable, name),
      ...(type && { type }),
      stringData: Object.fromEntries(
        given.map(({ key, composition }) => [key, compose(composition, (password) => madeUp(deployable, password))]),
      ),
    });
  }

  /** Optional values are fetched on their own: one that is missing must not hold up those that are needed. */
  private external(deployable: Deployable, { name, type, entries }: SecretContent, source: SecretSource & { kind: 'external' }): void {
    const needed = entries.filter(({ optional }) => !optional);
    const optional = entries.filter((entry) => entry.optional);
    this.fetch(deployable, source, name, name, needed, ExternalSecretSpecTargetCreationPolicy.OWNER, type);
    if (optional.length > 0) {
      this.fetch(deployable, source, `${name}-optional`, name, optional, ExternalSecretSpecTargetCreationPolicy.MERGE);
    }
  }

  private fetch(
    deployable: Deployable,
    { store, refreshInterval }: SecretSource & { kind: 'external' },
    name: string,
    target: string,
    entries: SecretContent['entries'],
    creationPolicy: ExternalSecretSpecTargetCreationPolicy,
    type?: string,
  ): void {
    const passwords = [...new Set(entries.flatMap(({ composition }) => passwordsOf(composition)))];
    new ExternalSecret(this, name, {
      metadata: metadata(deployable, name),
      spec: {
        refreshPolicy: ExternalSecretSpecRefreshPolicy.PERIODIC,
        refreshInterval,
        secretStoreRef: {
          kind:
            store.kind === 'SecretStore'
              ? ExternalSecretSpecSecretStoreRefKind.SECRET_STORE
              : ExternalSecretSpecSecretStoreRefKind.CLUSTER_SECRET_STORE,
          name: store.name,
        },
        target: {
          name: target,
          creationPolicy,
          deletionPolicy: ExternalSecretSpecTargetDeletionPolicy.RETAIN,
          template: {
            engineVersion: ExternalSecretSpecTargetTemplateEngineVersion.V2,
            ...(type && { type }),
            data: Object.fromEntries(entries.map(({ key, composition }) => [key, template(composition)])),
          },
        },
        data: passwords.map((password) => ({
          secretKey: templateName(password),
          remoteRef: { key: remoteKey(deployable), property: password },
        })),
      },
    });
  }
}
