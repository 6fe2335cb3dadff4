import { setImmediate as turn } from 'node:timers/promises';
import bcrypt from 'bcrypt';
import { createPasswords, isEmail, password } from '../../../service/identity/passwords';

// The least that bcrypt takes: these tests hash a lot.
const rounds = 4;
const passwords = createPasswords(rounds);
const good = 'correct horse battery';

const problemsOf = (text: string): string[] => password.safeParse(text).error?.issues.map(({ message }) => message) ?? [];

afterEach(() => jest.restoreAllMocks());

describe('a password', () => {
  test('opens with itself only', async () => {
    const hash = await passwords.hash(good);
    expect(await passwords.verify(good, hash)).toBe(true);
    expect(await passwords.verify(`${good}!`, hash)).toBe(false);
    expect(await passwords.verify('', hash)).toBe(false);
  });

  test('has a hash of the given cost, another one each time', async () => {
    const [one, two] = await Promise.all([passwords.hash(good), passwords.hash(good)]);
    expect(bcrypt.getRounds(one)).toBe(rounds);
    expect(one).not.toBe(two);
  });

  test('is the same however the keyboard writes its letters', async () => {
    const hash = await passwords.hash('cafe\u0301 cafe\u0301 cafe\u0301');
    expect(await passwords.verify('caf\u00e9 caf\u00e9 caf\u00e9', hash)).toBe(true);
    // Two units of UTF-16 each, and one byte in the normal form.
    const bold = '𝐩𝐚𝐬𝐬'.repeat(18);
    expect(await passwords.verify(bold, await passwords.hash(bold))).toBe(true);
  });

  test('that was hashed under other rules opens still', async () => {
    expect(await passwords.verify('short', await bcrypt.hash('short', rounds))).toBe(true);
  });
});

describe('the schema', () => {
  test.each([
    ['12 characters', 'abcdefghijkl'],
    ['12 characters of four bytes', '😀😁😂😃😄😅😆😇😈😉😊😋'],
    ['72 bytes', `a${'b'.repeat(71)}`],
    ['72 bytes of 36 letters', `é${'ü'.repeat(35)}`],
    ['spaces', 'one two three'],
  ])('takes %s', (_what, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test.each([
    ['11 characters', 'abcdefghijk', 'at least 12 characters'],
    ['6 characters that are 12 units of UTF-16', '😀😁😂😃😄😅', 'at least 12 characters'],
    ['73 bytes', `a${'b'.repeat(72)}`, 'bcrypt ignores what follows'],
    ['74 bytes of 37 letters', `é${'ü'.repeat(36)}`, 'bcrypt ignores what follows'],
    ['what grows beyond 72 bytes in its normal form', '\ufdfa\ufdfa\ufdfaabcdefghijkl', 'bcrypt ignores what follows'],
    ['NUL', 'abcdef\0ghijkl', 'without NUL'],
    ['half of a surrogate pair', 'abcdef\ud83dghijkl', 'lone surrogates'],
    ['an unassigned character', 'abcdef\u{e0fff}ghijkl', 'does not know'],
    ['one character repeated', 'a'.repeat(12), 'one character repeated'],
    ['one long character repeated', '😀'.repeat(12), 'one character repeated'],
  ])('refuses %s', (_what, text, message) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(message)]);
  });

  test('a long text is refused before it is normalized', () => {
    const normalize = jest.spyOn(String.prototype, 'normalize');
    expect(problemsOf('a\u0301'.repeat(100_000))).toEqual([expect.stringContaining('at most 72 bytes')]);
    const lengths = normalize.mock.contexts.map((text) => String(text).length);
    expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(72);
  });

  test('guards the hash, too', async () => {
    const hash = jest.spyOn(bcrypt, 'hash');
    await expect(passwords.hash('short')).rejects.toThrow('at least 12 characters');
    expect(hash).not.toHaveBeenCalled();
  });

  test.each([
    ['Ada.Lovelace@Example.com', true],
    ['ada.lovelace', true],
    ['ada.lovelace@example.org', false],
    ['example.com', false],
  ])('that %s is the address of ada.lovelace@example.com: %s', (text, expected) => {
    expect(isEmail(text, 'ada.lovelace@example.com')).toBe(expected);
  });
});

describe('verification does the same work', () => {
  const overlong = `${'b'.repeat(72)}c`;

  test.each([
    ['an account that does not exist', good, undefined],
    ['a password that is too long', overlong, 'known'],
    ['a password with NUL', `${good}\0`, 'known'],
    ['a wrong password', `${good}!`, 'known'],
  ])('for %s as for the right password', async (_what, text, account) => {
    const known = await passwords.hash(good);
    const compare = jest.spyOn(bcrypt, 'compare');
    expect(await passwords.verify(good, known)).toBe(true);
    expect(await passwords.verify(text, account && known)).toBe(false);
    expect(compare).toHaveBeenCalledTimes(2);
    expect(compare.mock.calls.map(([, hash]) => bcrypt.getRounds(hash))).toEqual([rounds, rounds]);
  });

  test.each([4, 10, 12])('at a cost of %d, with a hash at which bcrypt does not give up early', async (cost) => {
    const compare = jest.spyOn(bcrypt, 'compare').mockImplementation(async () => false);
    await createPasswords(cost).verify(good, undefined);
    const stranger = compare.mock.calls[0]?.[1] as string;
    expect(bcrypt.getRounds(stranger)).toBe(cost);
    expect(stranger).toHaveLength(60);
    // A salt that it refuses makes `compare` answer false without work, and `hash` throw.
    expect((await bcrypt.hash(good, stranger.slice(0, 29))).slice(0, 29)).toBe(stranger.slice(0, 29));
  });

  test('and waits for it, though the answer is known before', async () => {
    let answer = (_matches: boolean): void => {};
    jest.spyOn(bcrypt, 'compare').mockImplementation(() => new Promise<boolean>((resolve) => (answer = resolve)));
    const done = jest.fn();
    const verified = passwords.verify(good, undefined).finally(done);
    await turn();
    expect(done).not.toHaveBeenCalled();
    answer(true);
    expect(await verified).toBe(false);
  });

  test('and the beginning of a long password does not open', async () => {
    const beginning = overlong.slice(0, 72);
    const hash = await bcrypt.hash(beginning, rounds);
    expect(await bcrypt.compare(overlong, hash)).toBe(true);
    expect(await passwords.verify(overlong, hash)).toBe(false);
    expect(await passwords.verify(beginning, hash)).toBe(true);
    expect(await passwords.verify(overlong, await bcrypt.hash('', rounds))).toBe(false);
  });
});

test('a hash is renewed when the cost has risen, not when it fell', async () => {
  const hash = await createPasswords(5).hash(good);
  expect([4, 5, 6].map((cost) => createPasswords(cost).needsRehash(hash))).toEqual([false, false, true]);
});

test('two of the four threads of libuv stay free for the rest of the process', async () => {
  const answers: ((matches: boolean) => void)[] = [];
  jest.spyOn(bcrypt, 'compare').mockImplementation(() => new Promise<boolean>((resolve) => answers.push(resolve)));
  const { verify } = createPasswords(rounds);
  const flood = Array.from({ length: 5 }, () => verify(good, undefined));
  for (let answered = 0; answered < flood.length; answered += 1) {
    await turn();
    expect(answers).toHaveLength(Math.min(answered + 2, flood.length));
    answers[answered]?.(false);
  }
  await Promise.all(flood);
});

test('a flood is answered 503 beyond what may run and wait, whether accounts exist or not, and then all is as before', async () => {
  const { hash, verify } = createPasswords(rounds);
  const known = await hash(good);
  const flood = await Promise.allSettled(Array.from({ length: 30 }, (_, at) => verify(good, at % 2 === 0 ? known : undefined)));
  expect(flood.slice(0, 18)).toEqual(Array.from({ length: 18 }, (_, at) => ({ status: 'fulfilled', value: at % 2 === 0 })));
  for (const refused of flood.slice(18)) {
    expect(refused).toMatchObject({ reason: { statusCode: 503, code: 'too_busy', headers: { 'retry-after': '5' } } });
  }
  expect(await verify(good, known)).toBe(true);
});
