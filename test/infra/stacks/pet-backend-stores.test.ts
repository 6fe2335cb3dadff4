import { composed, environmentOf } from '../support/environment';
import { containerOf } from '../support/pods';
import { at, named, synthesized } from '../support/synthesized';

const development = synthesized('development', 'pet-backend');
const staging = synthesized('staging', 'pet-backend');
const production = synthesized('production', 'pet-backend');

describe('the stores of pet-backend', () => {
  test('are PostgreSQL with 200 connections, tuned for 4 cores and 8 GiB, in production', () => {
    expect(named(production, 'Cluster', 'pet-postgres').spec).toMatchObject({
      instances: 3,
      postgresql: {
        parameters: {
          max_connections: '200',
          shared_buffers: '2GB',
          effective_cache_size: '6GB',
          maintenance_work_mem: '512MB',
          checkpoint_completion_target: '0.9',
          wal_buffers: '16MB',
          default_statistics_target: '100',
        },
      },
      resources: { requests: { cpu: '4', memory: '8Gi' }, limits: { memory: '8Gi' } },
    });
  });

  test('are one smaller server in staging, without the numbers of a larger one', () => {
    expect(named(staging, 'Cluster', 'pet-postgres').spec).toMatchObject({
      instances: 1,
      postgresql: { parameters: { max_connections: '200' } },
    });
    expect(JSON.stringify(named(staging, 'Cluster', 'pet-postgres').spec)).not.toContain('shared_buffers');
  });

  test('are saved each day at 2 o’clock, by a schedule whose first field is seconds', () => {
    for (const objects of [staging, production]) {
      expect(named(objects, 'ScheduledBackup', 'pet-postgres').spec).toMatchObject({
        schedule: '0 0 2 * * *',
        cluster: { name: 'pet-postgres' },
      });
    }
  });

  test('have a replica for reads in production: 50 connections of a pod to the primary, 30 to it', () => {
    const url = (key: string) => composed(production, 'backend-secrets', key).replace(/\{\{.*\}\}/, '***');
    expect(url('database-url')).toBe('postgresql://pet:***@pet-postgres-pooler:5432/pet?sslmode=require');
    expect(url('database-replica-url')).toBe('postgresql://pet:***@pet-postgres-pooler-ro:5432/pet?sslmode=require');
    expect(environmentOf(production)).toMatchObject({ DATABASE_POOL_MAX: '50', DATABASE_REPLICA_POOL_MAX: '30' });
    expect(at(named(production, 'Pooler', 'pet-postgres-pooler'), 'spec.type')).toBe('rw');
    expect(at(named(production, 'Pooler', 'pet-postgres-pooler-ro'), 'spec.type')).toBe('ro');
    expect(Object.keys(environmentOf(staging)).filter((name) => name.includes('REPLICA'))).toEqual([]);
  });

  test('are a Redis Cluster of six in production, which the service is told, and one Redis elsewhere', () => {
    expect(named(production, 'StatefulSet', 'redis').spec).toMatchObject({ replicas: 6 });
    expect(containerOf(production, 'StatefulSet/redis').args?.join(' ')).toMatch(
      /--maxmemory 2048mb --maxmemory-policy allkeys-lru .*--appendonly yes/,
    );
    expect(environmentOf(production).REDIS_MODE).toBe('cluster');
    for (const objects of [development, staging]) {
      expect(named(objects, 'StatefulSet', 'redis').spec).toMatchObject({ replicas: 1 });
      expect(environmentOf(objects)).not.toHaveProperty('REDIS_MODE');
    }
  });
});
