import { randomBytes } from 'node:crypto';
import { createFieldEncryption, type Place } from '../../../service/encryption/fields';

const key = randomBytes(32).toString('hex');
const newKey = randomBytes(32).toString('hex');
const place: Place = { organizationId: 'acme', table: 'users', column: 'phone', rowId: '42' };
const phone = '+43 660 1234567';

const fields = createFieldEncryption(key);
const envelope = fields.encrypt(phone, place);

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
};

test.each(['', phone, 'Žluťoučký kůň 🐎', 'e\u0301', '\0', 'x'.repeat(100_000)])(
  'what was encrypted decrypts to the same text: %.20j',
  (text) => {
    expect(fields.decrypt(fields.encrypt(text, place), place)).toBe(text);
  },
);

test('the same text encrypted twice differs in all but version and key', () => {
  const [one, two] = [fields.encrypt(phone, place), fields.encrypt(phone, place)].map((text) => text.split('.'));
  expect(one?.slice(0, 2)).toEqual(two?.slice(0, 2));
  expect(one?.[2]).not.toBe(two?.[2]);
});

test('no bit of an envelope can be changed: version, key id, nonce, ciphertext, tag', () => {
  const flips = [...envelope].flatMap((letter, at) =>
    Array.from(
      { length: 8 },
      (_, bit) => envelope.slice(0, at) + String.fromCharCode(letter.charCodeAt(0) ^ (1 << bit)) + envelope.slice(at + 1),
    ),
  );
  const [version, id, data] = envelope.split('.') as [string, string, string];
  const sealed = Buffer.from(data, 'base64url');
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    flips.push([version, id, changed.toString('base64url')].join('.'));
  }
  expect(flips.filter((flipped) => flipped === envelope)).toEqual([]);
  for (const flipped of flips) expect(() => fields.decrypt(flipped, place)).toThrow();
});

test.each([
  ['nothing', ''],
  ['plain text', phone],
  ['a part cut off', envelope.slice(0, -4)],
  ['no data', envelope.slice(0, 12)],
  ['less than nonce and tag', `${envelope.slice(0, 12)}AAAA`],
  ['padding', `${envelope}=`],
  ['a space behind', `${envelope} `],
  ['a line end behind', `${envelope}\n`],
  ['bits that no byte holds', `${envelope.slice(0, 12)}${'A'.repeat(38)}B`],
])('%s in the place of an envelope is refused', (_what, text) => {
  expect(() => fields.decrypt(text, place)).toThrow(/^users\.phone of row 42 in organization acme /);
});

test.each([
  ['organization', { organizationId: 'evil' }],
  ['table', { table: 'orders' }],
  ['column', { column: 'email' }],
  ['row', { rowId: '43' }],
  ['row whose parts are glued differently', { organizationId: 'acmeusers', table: '' }],
  ['row whose parts look like an end', { organizationId: 'acme","users', table: '' }],
])('an envelope that was moved to another %s does not decrypt', (_what, elsewhere) => {
  expect(() => fields.decrypt(envelope, { ...place, ...elsewhere })).toThrow('does not decrypt');
});

test('a message says where and what to do, and shows neither text, key nor envelope', () => {
  const data = envelope.split('.')[2] as string;
  const messages = [
    messageOf(() => fields.decrypt(envelope, { ...place, rowId: '43' })),
    messageOf(() => fields.decrypt(phone, place)),
    messageOf(() => createFieldEncryption(newKey).decrypt(envelope, place)),
    messageOf(() => createFieldEncryption(key.slice(1))),
  ];
  expect(messages).toEqual([
    expect.stringContaining('users.phone of row 43'),
    expect.stringContaining('users.phone of row 42'),
    expect.stringContaining('Set ENCRYPTION_KEY_PREVIOUS'),
    expect.stringContaining('63 characters'),
  ]);
  for (const message of messages) {
    for (const secret of [phone, key.slice(1), data]) expect(message).not.toContain(secret);
  }
});

describe('after the key was changed', () => {
  const rotated = createFieldEncryption(newKey, key);

  test('the previous key decrypts and does not encrypt', () => {
    expect(rotated.decrypt(envelope, place)).toBe(phone);
    const fresh = rotated.encrypt(phone, place);
    expect(createFieldEncryption(newKey).decrypt(fresh, place)).toBe(phone);
    expect(() => fields.decrypt(fresh, place)).toThrow('was encrypted with the key');
  });

  test('only what the previous key wrote is outdated', () => {
    expect(rotated.isOutdated(envelope)).toBe(true);
    expect(rotated.isOutdated(rotated.encrypt(phone, place))).toBe(false);
    expect(fields.isOutdated(envelope)).toBe(false);
    expect(() => rotated.isOutdated(phone)).toThrow('is not an envelope');
  });

  test('an envelope that names the other key does not decrypt', () => {
    const [, id] = rotated.encrypt('', place).split('.');
    const [version, , data] = envelope.split('.');
    expect(() => rotated.decrypt([version, id, data].join('.'), place)).toThrow('does not decrypt');
  });

  test('a text is found by the index of either key, and written with that of the current one', () => {
    expect(rotated.blindIndexes(phone, 'users.phone')).toEqual([
      rotated.blindIndex(phone, 'users.phone'),
      fields.blindIndex(phone, 'users.phone'),
    ]);
    expect(rotated.blindIndex(phone, 'users.phone')).toBe(createFieldEncryption(newKey).blindIndex(phone, 'users.phone'));
    expect(rotated.blindIndex(phone, 'users.phone')).not.toBe(fields.blindIndex(phone, 'users.phone'));
  });

  test('the same key given as both is one', () => {
    expect(createFieldEncryption(key, key).blindIndexes(phone, 'users.phone')).toHaveLength(1);
  });
});

test('a blind index is the same for the same text and purpose only', () => {
  const index = fields.blindIndex(phone, 'users.phone');
  expect(createFieldEncryption(key).blindIndex(phone, 'users.phone')).toBe(index);
  expect(fields.blindIndex(`${phone}0`, 'users.phone')).not.toBe(index);
  expect(fields.blindIndex(phone, 'orders.phone')).not.toBe(index);
  expect(fields.blindIndex('bc', 'a')).not.toBe(fields.blindIndex('c', 'ab'));
});

test('the three forms of a key are one key', () => {
  const bytes = Buffer.from('correct horse battery staple! #1');
  const forms = [bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('hex').toUpperCase(), bytes.toString('base64')];
  expect(forms.map(({ length }) => length)).toEqual([32, 64, 64, 44]);
  const written = createFieldEncryption(forms[0] as string).encrypt(phone, place);
  for (const form of forms) expect(createFieldEncryption(form).decrypt(written, place)).toBe(phone);
});

test.each([
  ['too short', 'k'.repeat(31)],
  ['hex with a letter that is no digit', `${'0'.repeat(63)}g`],
  ['base64 with a letter of none', `${'A'.repeat(42)}?=`],
  ['letters of more than one byte', 'é'.repeat(32)],
  ['empty', ''],
])('a key that is no 32 bytes is refused: %s', (_what, text) => {
  expect(() => createFieldEncryption(text)).toThrow('ENCRYPTION_KEY');
  expect(() => createFieldEncryption(key, text)).toThrow('ENCRYPTION_KEY_PREVIOUS');
});
