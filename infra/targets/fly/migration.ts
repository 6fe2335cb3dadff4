import { migrationCommand } from '../../model/command';
import type { Deployable } from '../../model/deployable';
import { type EnvironmentVariable, migrationVariables } from '../../model/variables';
import { plainTexts, secretVariables } from '../variables';

/** Fly gives every machine of an app the same secrets, so the owner's have names of their own. */
const ownersName = (name: string): string => `MIGRATION_${name}`;

export interface ReleaseCommand {
  /** Split by Fly as a shell would; runs in a machine of its own, before any machine gets the new version. */
  command: string;
  /** Names of its own secrets. */
  secrets: readonly string[];
  /** Plain variables that the API does not have and may have: those that it has otherwise stand in the command. */
  environment: Readonly<Record<string, string>>;
}

/** The migration with the owner's connection in the place of the API's. */
export const releaseCommand = (deployable: Deployable, api: readonly EnvironmentVariable[]): ReleaseCommand => {
  const variables = migrationVariables(deployable);
  const ofApi = plainTexts(api);
  const own = Object.entries(plainTexts(variables));
  const secrets = secretVariables(variables).map(({ name }) => name);
  const assignments = [
    ...own.filter(([name, text]) => name in ofApi && ofApi[name] !== text).map(([name, text]) => `${name}=${text}`),
    ...secrets.map((name) => `${name}="$${ownersName(name)}"`),
  ];
  return {
    command: `sh -c '${[...assignments, 'exec', ...migrationCommand].join(' ')}'`,
    secrets: secrets.map(ownersName),
    environment: Object.fromEntries(own.filter(([name]) => !(name in ofApi))),
  };
};
