import type { Postgres } from '../../../infra/model/dependency';
import { deployableOf } from '../support/synthesized';

const { database, reader } = deployableOf('production', 'pet-backend').system.dependencies as Record<'database' | 'reader', Postgres>;

const pet = (dependencies: { database?: Postgres; reader?: Postgres }) => () => deployableOf('production', 'pet-backend', { dependencies });

const located = (postgres: Postgres, change: object): Postgres => ({ ...postgres, location: { ...postgres.location, ...change } as never });

const external = { kind: 'external', host: 'db.example.com' } as const;

describe('a PostgreSQL of a stack', () => {
  test('is taken as the stacks have it', () => {
    expect(pet({ database, reader })).not.toThrow();
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'says its connections under two names',
      pet({ database: { ...database, parameters: { max_connections: '500' } } }),
      /database\.parameters\.max_connections\n/,
    ],
    [
      'gives parameters to a server that somebody else runs',
      pet({
        database: { ...database, location: external, parameters: { work_mem: '8MB' } },
        reader: { ...reader, location: external, parameters: undefined },
      }),
      /database\.parameters\n.*\n {2}allowed: nothing: only a server that we run takes them/,
    ],
    [
      'is saved by a schedule of five fields, which the operator would read as minutes for seconds',
      pet({ database: located(database, { backup: { schedule: '0 2 * * *', snapshotClass: 'csi' } }) }),
      /backup\.schedule\n.*\n {2}allowed: a cron expression of six fields, seconds first/,
    ],
    [
      'has the variable of a replica in the slot database',
      pet({ database: { ...database, spelling: 'DATABASE_REPLICA_URL' } }),
      /database\.spelling\n.*\n {2}allowed: DATABASE_URL or DB_\* in the slot database/,
    ],
    [
      'has the variable of a primary in the slot reader',
      pet({ reader: { ...reader, spelling: 'DATABASE_URL' } }),
      /reader\.spelling\n.*\n {2}allowed: DATABASE_REPLICA_URL in the slot reader/,
    ],
    [
      'reads from another cluster than it writes to',
      pet({ reader: located(reader, { name: 'other' }) }),
      /dependencies\.reader\.location\n.*\n {2}allowed: the cluster of the slot database, with 2 instances or more/,
    ],
    [
      'reads from replicas of a cluster that has none',
      pet({ database: located(database, { instances: 1 }) }),
      /dependencies\.reader\.location\n.*\n {2}allowed: the cluster of the slot database/,
    ],
    [
      'reads from a replica of one server of our own',
      pet({
        reader: {
          ...reader,
          location: {
            kind: 'own',
            app: 'replica',
            image: 'postgres:15.14',
            storage: '1Gi',
            resources: { cpu: '1', memory: '1Gi', limits: { memory: '1Gi' } },
          },
        },
      }),
      /reader\.location\.kind\n.*\n {2}allowed: cloudNativePg, cluster or external/,
    ],
  ])('is refused when it %s', (_, load, text) => {
    expect(load).toThrow(text);
  });

  test('may be read elsewhere, where somebody else keeps the replica', () => {
    expect(pet({ reader: { ...reader, location: external, parameters: undefined } })).not.toThrow();
  });
});
