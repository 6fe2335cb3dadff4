import { redisMemory } from '../../../infra/rules/redis-memory';
import { deployment, findingsIn } from '../support/small-objects';
import { stacks } from '../support/stacks';
import { findingsOf, worldOf } from '../support/world';

const limited = (memory: string, container: object) =>
  findingsIn(redisMemory, deployment('web', { container: { image: 'redis:7.4.6', resources: { limits: { memory } }, ...container } }));

const started = (...args: string[]) => ({ args: ['redis-server', ...args] });

describe('REDIS-MEMORY', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(redisMemory, worldOf(stacks, environment))).toEqual([]);
  });

  test('lets three quarters of the limit pass, and not a byte more', () => {
    expect(limited('1Gi', started('--maxmemory', '768mb'))).toEqual([]);
    expect(limited('1Gi', started('--maxmemory', String(768 * 1_024 ** 2 + 1)))).toEqual([
      {
        at: 'shop',
        path: 'Deployment/web web maxmemory',
        got: '805306369',
        allowed: 'at most 768mb, three quarters of the limit 1Gi',
        fix: 'Lower maxmemory, or raise the memory limit.',
      },
    ]);
  });

  test.each([
    ['the program without a word of memory', started()],
    ['the image as it is', {}],
    ['the image with other settings', { args: ['--appendonly', 'yes'] }],
    ['a memory of 0, which means all there is', started('--maxmemory', '0')],
    ['a unit that Redis does not know', started('--maxmemory', '100Mi')],
    ['the guide of 2gb within 2Gi', started('--maxmemory', '2gb')],
    ['a start script before the program', { command: ['sh', '/start.sh'], ...started('--maxmemory', '2gb') }],
    ['Valkey', { image: 'docker.io/valkey/valkey:8.1', args: ['valkey-server', '--maxmemory', '2gb'] }],
  ])('finds %s', (_what, container) => {
    expect(limited('2Gi', container)).toHaveLength(1);
  });

  test.each([
    ['an exporter', { image: 'oliver006/redis_exporter:1.67' }],
    ['a client', { command: ['sleep', '600'] }],
    ['settings in a file, which nobody here reads', started('/etc/redis/redis.conf')],
    ['decimal units', started('--maxmemory', '1g')],
  ])('says nothing of %s', (_what, container) => {
    expect(limited('2Gi', container)).toEqual([]);
  });

  test('says nothing without a limit, which nothing is a share of', () => {
    expect(findingsIn(redisMemory, deployment('web', { container: { image: 'redis:7.4.6' } }))).toEqual([]);
  });
});
