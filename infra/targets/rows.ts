import type { EnvironmentName } from '../environments';

interface Row {
  system: string;
  environment: EnvironmentName;
}

/** The system that a developer's own machine runs whole, by `service/compose.yaml`. */
export const composeRow: Row = { system: 'rest-api', environment: 'development' };

export interface FlyRow extends Row {
  /** Below service/. */
  file: `fly.${string}.toml`;
  app: string;
  /** Where most machines run: the region nearest to the database, since every request asks it more than once. */
  region: string;
}

/** The guide names no region: iad, in Virginia, is where most managed databases of America are. */
const petBackend = { system: 'pet-backend', region: 'iad' } as const;

export const flyRows: readonly FlyRow[] = [
  { ...petBackend, environment: 'staging', file: 'fly.staging.toml', app: 'pet-backend-staging' },
  { ...petBackend, environment: 'production', file: 'fly.prod.toml', app: 'pet-backend-prod' },
];
