import {
  type ExternalSecretProps,
  ExternalSecretSpecRefreshPolicy,
  ExternalSecretSpecSecretStoreRefKind,
  type ExternalSecretSpecTarget,
  ExternalSecretSpecTargetCreationPolicy,
  ExternalSecretSpecTargetDeletionPolicy,
  ExternalSecretSpecTargetTemplateEngineVersion,
} from '../../imports/externalsecret-external-secrets.io';
import { type Composition, passwordsOf } from '../model/composition';
import type { Deployable } from '../model/deployable';
import type { SecretContent } from '../model/secret-content';
import type { SecretSource } from '../model/system';
import { inWave, metadata, wave } from './metadata';

type Source = Extract<SecretSource, { kind: 'external' }>;
type Entries = SecretContent['entries'];

/** Entry of the secret store that holds the passwords of a system. */
export const remoteKey = ({ environmentName, system }: Deployable): string => `${system.name}/${environmentName}`;

/** Names in a Go template may not contain a dash. */
const templateName = (password: string): string => password.replaceAll(/[^a-zA-Z0-9]/g, '_');

/** As in a URL: the template's own function writes a space as a plus, which a password keeps as a plus. */
const urlEscape = ' | urlquery | replace "+" "%20"';

const template = (composition: Composition): string =>
  composition
    .map((part) => (typeof part === 'string' ? part : `{{ .${templateName(part.password)}${part.escaped ? urlEscape : ''} }}`))
    .join('');

const common = ({ store, refreshInterval }: Source) => ({
  refreshPolicy: ExternalSecretSpecRefreshPolicy.PERIODIC,
  refreshInterval,
  secretStoreRef: {
    kind:
      store.kind === 'SecretStore'
        ? ExternalSecretSpecSecretStoreRefKind.SECRET_STORE
        : ExternalSecretSpecSecretStoreRefKind.CLUSTER_SECRET_STORE,
    name: store.name,
  },
});

const target = (
  name: string,
  creationPolicy: ExternalSecretSpecTargetCreationPolicy,
  content: Omit<NonNullable<ExternalSecretSpecTarget['template']>, 'engineVersion'>,
): ExternalSecretSpecTarget => ({
  name,
  creationPolicy,
  deletionPolicy: ExternalSecretSpecTargetDeletionPolicy.RETAIN,
  template: { engineVersion: ExternalSecretSpecTargetTemplateEngineVersion.V2, ...content },
});

/** Fetches what a Secret needs, and composes its values. */
export const neededSecret = (
  deployable: Deployable,
  { name, type, labels }: SecretContent,
  entries: Entries,
  source: Source,
): ExternalSecretProps => {
  const passwords = [...new Set(entries.flatMap(({ composition }) => passwordsOf(composition)))];
  return {
    metadata: metadata(deployable, name, 'secret', {}),
    spec: {
      ...common(source),
      target: target(name, ExternalSecretSpecTargetCreationPolicy.OWNER, {
        ...(type && { type }),
        ...(labels && { metadata: { labels: { ...labels } } }),
        data: Object.fromEntries(entries.map(({ key, composition }) => [key, template(composition)])),
      }),
      data: passwords.map((password) => ({
        secretKey: templateName(password),
        remoteRef: { key: remoteKey(deployable), property: password },
      })),
    },
  };
};

/** Optional values are named like their property: nothing is composed of them. */
const whereGiven = ({ key }: Entries[number]): string => `{{ with index . "${key}" }}${key}: {{ . | quote }}{{ end }}`;

/**
 * Adds to a Secret what the store has of its optional values. One that is missing is left out and no error, and the object
 * comes after the API, so that it can hold up nothing.
 */
export const optionalSecret = (deployable: Deployable, { name }: SecretContent, entries: Entries, source: Source): ExternalSecretProps => ({
  metadata: { ...metadata(deployable, `${name}-optional`, 'secret', {}), annotations: inWave(wave.around) },
  spec: {
    ...common(source),
    target: target(name, ExternalSecretSpecTargetCreationPolicy.MERGE, {
      templateFrom: [{ literal: `${entries.map(whereGiven).join('\n')}\n` }],
    }),
    dataFrom: [{ extract: { key: remoteKey(deployable) } }],
  },
});
