import { entries, entryOf, spellings } from '../../../service/contract/catalogue';
import { decode, lookUp } from '../../../service/contract/decode';
import { encode } from '../../../service/contract/encode';
import { samples } from './samples';

test('every spelling of every setting has a sample, and every sample a setting', () => {
  expect(Object.keys(samples).sort()).toEqual([...spellings].sort());
});

test('no two settings share a spelling', () => {
  const all = entries.flatMap(({ setting }) => Object.keys(setting.spellings));
  expect(all).toHaveLength(new Set(all).size);
});

test.each(Object.entries(samples))('%s: what infra encodes, the service decodes to the same value', (spelling, [value, text]) => {
  expect(encode(spelling, value)).toBe(text);
  // Not under test here: what features require.
  const decoded = decode({
    [spelling]: text,
    ...(spelling === 'FEATURES' ? { JWT_SECRET: 'k'.repeat(32), JWT_REFRESH_SECRET: 'k'.repeat(32) } : {}),
  });
  expect(decoded).toMatchObject({ ok: true });
  expect(lookUp((decoded as { config: unknown }).config, entryOf(spelling)?.path as string)).toEqual(value);
});

test.each(entries.filter(({ setting }) => setting.default !== undefined).map(({ path, setting }) => [path, setting] as const))(
  'the default of %s is a value that each of its spellings can say',
  (_path, setting) => {
    for (const spelling of Object.keys(setting.spellings)) encode(spelling, setting.default);
  },
);

test('a value that the setting does not allow cannot be encoded', () => {
  expect(() => encode('PORT', 70_000)).toThrow();
  expect(() => encode('CORS_ORIGINS', ['*'])).toThrow('an origin such as');
  expect(() => encode('CORS_ORIGNS', [])).toThrow('CORS_ORIGNS is not a variable that the service reads');
});

test.each([
  ['15m', 900_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
  ['90s', 90_000],
])('a lifetime of %s is %d ms, and written back the same', (text, value) => {
  expect(decode({ JWT_EXPIRES_IN: text })).toMatchObject({ ok: true, config: { auth: { accessLifetime: value } } });
  expect(encode('JWT_EXPIRES_IN', value)).toBe(text);
});
