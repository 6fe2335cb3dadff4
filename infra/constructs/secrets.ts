import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ExternalSecret } from '../../imports/externalsecret-external-secrets.io';
import type { Deployable } from '../model/deployable';
import { madeUpValue } from '../model/made-up';
import { type SecretContent, secretContents } from '../model/secret-content';
import { neededSecret, optionalSecret } from './external-secret';
import { metadata } from './metadata';

/** The Secrets of a system: made up on throw-away clusters, else fetched from the secret store and composed there. */
export class Secrets extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    const { secretSource } = deployable.system;
    for (const object of deployable.sealed) new ApiObject(this, object.metadata.name, { ...object });
    for (const content of secretContents(deployable)) {
      const needed = content.entries.filter(({ optional }) => !optional);
      if (secretSource.kind === 'plain') {
        this.plain(deployable, content, needed);
        continue;
      }
      if (secretSource.kind !== 'external') continue;
      new ExternalSecret(this, content.name, neededSecret(deployable, content, needed, secretSource));
      const optional = content.entries.filter((entry) => entry.optional);
      if (optional.length === 0) continue;
      new ExternalSecret(this, `${content.name}-optional`, optionalSecret(deployable, content, optional, secretSource));
    }
  }

  private plain(deployable: Deployable, { name, type, labels }: SecretContent, entries: SecretContent['entries']): void {
    new k8s.KubeSecret(this, name, {
      metadata: metadata(deployable, name, 'secret', labels ?? {}),
      ...(type && { type }),
      stringData: Object.fromEntries(
        entries.map(({ key, composition, spelling }) => [key, madeUpValue(deployable, composition, spelling)]),
      ),
    });
  }
}
