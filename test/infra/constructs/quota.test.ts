import { quotaFit } from '../../../infra/rules/quota';
import { at, everywhere, named, synthesized } from '../support/synthesized';

const production = synthesized('production', 'itellico-api');
const hard = at<Record<string, string>>(named(production, 'ResourceQuota', 'quota'), 'spec.hard');

const owned = everywhere.filter(([, system]) => system !== 'temporal-api');

test('the quota of itellico is all replicas, as many that they replace, a surge, two migrations, its servers, its neighbours, and a spare', () => {
  // Pods: 2 x 20 + 1 of the API, 2 migrations, 3 + 1 instances, 2 + 1 poolers, 1 Redis, 20 neighbours, 2 to spare.
  expect(hard.pods).toBe('73');
  expect(hard['requests.cpu']).toBe(`${41 * 250 + 2 * 100 + 4 * 500 + 3 * 100 + 100 + 4_000 + 2 * 100}m`);
  expect(hard['requests.memory']).toBe(`${41 * 512 + 2 * 128 + 4 * 2_048 + 3 * 128 + 128 + 8_192 + 2 * 128}Mi`);
  expect(hard['limits.memory']).toBe(`${41 * 2_048 + 2 * 256 + 4 * 2_048 + 3 * 128 + 256 + 16_384 + 2 * 256}Mi`);
});

test.each(owned)('no load balancer and no node port of %s %s is opened past the exposure', (...where) => {
  expect(at(named(synthesized(...where), 'ResourceQuota', 'quota'), 'spec.hard')).toMatchObject({
    'services.loadbalancers': '0',
    'services.nodeports': where.join(' ') === 'development todo-backend' ? '1' : '0',
  });
});

test('the quota of pet-backend counts the servers once, though two poolers stand before them, and all six of Redis', () => {
  const pet = at<Record<string, string>>(named(synthesized('production', 'pet-backend'), 'ResourceQuota', 'quota'), 'spec.hard');
  // 2 x 10 + 1 of the API, 2 migrations, 3 + 1 instances, twice 2 + 1 poolers, 6 Redis, 2 to spare.
  expect(pet.pods).toBe('41');
  expect(pet['requests.cpu']).toBe(`${21 * 250 + 2 * 100 + 4 * 4_000 + 6 * 100 + 6 * 250 + 2 * 100}m`);
});

test.each(owned)('everything of %s %s fits its quota at its most', (...where) => {
  const objects = synthesized(...where);
  expect(objects.of('ResourceQuota')).toHaveLength(1);
  if (quotaFit.reads === 'objects') expect([...quotaFit.check(objects)]).toEqual([]);
});

test('a container that says nothing gets requests and a limit, which the quota asks for', () => {
  expect(at(named(production, 'LimitRange', 'limits'), 'spec.limits')).toEqual([
    { type: 'Container', defaultRequest: { cpu: '50m', memory: '64Mi' }, default: { memory: '256Mi' } },
  ]);
});

test.each(['development', 'staging', 'production'] as const)('in the namespace of Temporal there is neither in %s', (environment) => {
  const objects = synthesized(environment, 'temporal-api');
  expect([...objects.of('ResourceQuota'), ...objects.of('LimitRange')]).toEqual([]);
});
