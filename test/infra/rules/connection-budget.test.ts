import { connectionBudget } from '../../../infra/rules/connection-budget';
import { petBackend } from '../../../infra/stacks/pet-backend';
import { changedProduction, itellicoApi, restApi, stacks } from '../support/stacks';
import { findingsOf, worldOf } from '../support/world';

const { database: pooled } = itellicoApi.production.dependencies ?? {};
const { database: direct } = itellicoApi.base.dependencies;
const { database: managed } = restApi.production.dependencies ?? {};

const production = (database: object) => worldOf([changedProduction(itellicoApi, { dependencies: { database } })]);

const poolerOf = (change: object) => {
  if (pooled?.location?.kind !== 'cloudNativePg') throw new Error('production has no pooler');
  const { location } = pooled;
  return { ...pooled, location: { ...location, pooler: { ...location.pooler, ...change } } };
};

describe('DB-CONN-BUDGET', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(connectionBudget, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds the connections of itellico at full scale without a pooler', () => {
    expect(findingsOf(connectionBudget, production(direct ?? {}))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'dependencies.database.pool.max',
        got: '21 pods x (20 + 1) connections = 441',
        allowed: 'at most 96 (maxConnections 100, less 3 reserved and 1 for the migration)',
        fix: 'Lower pool.max to 3, lower scale.max, raise maxConnections, or put a pooler in front.',
      },
    ]);
  });

  test('finds a pooler that takes fewer clients than may come', () => {
    expect(findingsOf(connectionBudget, production(poolerOf({ maxClients: 200 })))).toMatchObject([
      { path: 'dependencies.database.location.pooler.maxClients', allowed: 'at most 400 clients (2 poolers x 200)' },
    ]);
  });

  test('finds a pooler that opens more than the server takes', () => {
    expect(findingsOf(connectionBudget, production(poolerOf({ connections: 50 })))).toMatchObject([
      { got: '2 poolers x 50 connections = 100', fix: 'Lower connections to 48, or raise maxConnections.' },
    ]);
  });

  test('lets exactly what fits pass, and not one connection more', () => {
    const fixed = (max: number) =>
      worldOf([
        changedProduction(restApi, {
          dependencies: { database: { ...managed, pool: { min: 1, max } } },
          workloads: { api: { scale: { kind: 'fixed', replicas: 3 } } },
        }),
      ]);
    expect(findingsOf(connectionBudget, fixed(23))).toEqual([]);
    expect(findingsOf(connectionBudget, fixed(24))).toHaveLength(1);
  });

  test('finds 10 pods of 50 connections before a server of 200', () => {
    const world = worldOf([
      changedProduction(restApi, {
        dependencies: { database: { ...managed, pool: { min: 1, max: 50 }, maxConnections: 200 } },
        workloads: { api: { scale: { kind: 'range', min: 2, max: 10, cpu: 70 } } },
      }),
    ]);
    expect(findingsOf(connectionBudget, world)).toMatchObject([
      { got: '11 pods x (50 + 1) connections = 561', allowed: expect.stringMatching(/^at most 196/) },
    ]);
  });

  test('counts a replica by itself: its pool, its poolers and its connections', () => {
    const { reader } = petBackend.production.dependencies ?? {};
    if (reader?.location?.kind !== 'cloudNativePg') throw new Error('production has no replica');
    const { location } = reader;
    const findings = (change: object) =>
      findingsOf(connectionBudget, worldOf([changedProduction(petBackend, { dependencies: { reader: { ...reader, ...change } } })]));
    expect(findings({ pool: { min: 0, max: 109 } })).toMatchObject([
      { path: 'dependencies.reader.location.pooler.maxClients', got: '11 pods x (109 + 1) connections = 1210' },
    ]);
    expect(findings({ location: { ...location, pooler: { ...location.pooler, connections: 100 } } })).toMatchObject([
      { path: 'dependencies.reader.location.pooler.connections', got: '2 poolers x 100 connections = 200' },
    ]);
  });
});
