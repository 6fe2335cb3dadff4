import type { Postgres } from './dependency';

type Parameters = Record<string, string>;

/** What a PostgreSQL of our own is started with. It counts its statements, which the API then exports. */
export const ownParameters = ({ maxConnections, parameters }: Pick<Postgres, 'maxConnections' | 'parameters'>): Parameters => ({
  max_connections: String(maxConnections),
  shared_preload_libraries: 'pg_stat_statements',
  ...parameters,
});

/** The same for CloudNativePG, which loads the library, and makes the extension, because a parameter of it is set. */
export const clusterParameters = ({ maxConnections, parameters }: Pick<Postgres, 'maxConnections' | 'parameters'>): Parameters => ({
  max_connections: String(maxConnections),
  // The library's own default.
  'pg_stat_statements.max': '5000',
  ...parameters,
});

export const asArguments = (parameters: Parameters): string[] =>
  Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
