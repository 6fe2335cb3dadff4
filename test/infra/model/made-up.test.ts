import { z } from 'zod';
import { password } from '../../../infra/model/composition';
import { madeUp, madeUpValue } from '../../../infra/model/made-up';
import { secretContents } from '../../../infra/model/secret-content';
import { codecOf } from '../../../infra/model/service';
import { deployableOf, everywhere } from '../support/synthesized';

const pet = deployableOf('development', 'pet-backend');

test('a made-up password is 64 digits: the same each time, another for each name, system and environment', () => {
  const all = [
    madeUp(pet, 'jwt-secret'),
    madeUp(pet, 'session-secret'),
    madeUp(deployableOf('staging', 'pet-backend'), 'jwt-secret'),
    madeUp(deployableOf('development', 'rest-api'), 'jwt-secret'),
  ];
  for (const value of all) expect(value).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(all).size).toBe(4);
  expect(madeUp(deployableOf('development', 'pet-backend'), 'jwt-secret')).toBe(all[0]);
});

test('where the service wants an address, it gets one that nobody has', () => {
  expect(madeUpValue(pet, [password('SUPABASE_URL')], 'SUPABASE_URL')).toMatch(/^https:\/\/[0-9a-f]{12}\.invalid$/);
  expect(madeUpValue(pet, [password('SUPABASE_ANON_KEY')], 'SUPABASE_ANON_KEY')).toMatch(/^[0-9a-f]{64}$/);
});

test.each(everywhere)('every made-up value of %s %s is one that the service takes', (...where) => {
  const deployable = deployableOf(...where);
  const entries = secretContents(deployable).flatMap(({ entries }) => entries);
  const refused = entries.filter(({ composition, spelling }) => {
    const codec = spelling && codecOf(spelling);
    return codec && !z.safeDecode(codec as z.core.$ZodType<unknown, string>, madeUpValue(deployable, composition, spelling)).success;
  });
  expect(entries.filter(({ spelling }) => spelling).length).toBeGreaterThan(2);
  expect(refused).toEqual([]);
});
