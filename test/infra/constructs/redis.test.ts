import { containerOf, ownerOf, specOf, variablesOf } from '../support/pods';
import { named, synthesized } from '../support/synthesized';

const objects = synthesized('development', 'rest-api');
const container = containerOf(objects, 'StatefulSet/redis');

const argument = (name: string): string | undefined => container.args?.[container.args.indexOf(name) + 1];

test('Redis takes nobody without the password of its Secret', () => {
  expect(argument('--requirepass')).toBe('$(REDIS_PASSWORD)');
  expect(variablesOf(container)).toEqual({
    REDIS_PASSWORD: 'secret redis-passwords/password',
    REDISCLI_AUTH: 'secret redis-passwords/password',
  });
});

test('Redis forgets the least used before three quarters of its limit are full', () => {
  expect(argument('--maxmemory')).toBe('96mb');
  expect(argument('--maxmemory-policy')).toBe('allkeys-lru');
  expect(container.resources?.limits.memory).toBe('128Mi');
});

test('Redis keeps nothing over a restart: it is a cache', () => {
  expect(argument('--save')).toBe('');
  expect(specOf(ownerOf(objects, 'StatefulSet/redis')).volumes).toEqual([{ name: 'data', emptyDir: { sizeLimit: '64Mi' } }]);
});

test('Redis of rest-api is found by its Service', () => {
  expect(named(objects, 'Service', 'redis-service').spec).toMatchObject({ ports: [{ port: 6379 }], selector: { app: 'redis' } });
});

test('a slow answer takes Redis out of its Service, and does not restart it', () => {
  expect(container.readinessProbe).toMatchObject({ exec: { command: ['redis-cli', 'ping'] } });
  expect(container.livenessProbe).toMatchObject({ tcpSocket: { port: 'redis' } });
});
