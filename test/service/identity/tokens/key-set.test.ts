import type { ServerResponse } from 'node:http';
import { createKeySet } from '../../../../service/identity/tokens/key-set';
import { verifySigned } from '../../../../service/identity/tokens/signature';
import { type KeyServer, keyServer } from '../../support/key-server';
import { clock, es256, type PublishedSigner, reasonOf, rs256, tokenOf } from '../../support/tokens';

const [first, second] = [es256('first'), es256('second')];

let server: KeyServer;
beforeEach(async () => {
  server = await keyServer();
  server.publish(first);
});
afterEach(() => server.close());

const setUp = () => {
  const time = clock();
  const failures: string[] = [];
  const keys = createKeySet({
    url: `${server.url}/jwks`,
    headers: { authorization: 'Bearer hidden' },
    algorithms: ['ES256', 'RS256'],
    now: time.now,
    fetch,
    onFailure: ({ message }) => failures.push(message),
  });
  const expectation = { issuer: 'i', algorithms: ['ES256', 'RS256'], required: [], lifetime: 3_600_000 };
  const verify = (signer: PublishedSigner) =>
    verifySigned(tokenOf(signer, { iss: 'i', exp: time.seconds(60) }), keys.find, expectation, time.now());
  return { time, failures, keys, verify };
};

const fetches = () => server.requests.length;

/** A renewal in the background is over when what it brought is there. */
const until = async (happened: () => boolean): Promise<void> => {
  while (!happened()) await new Promise(setImmediate);
};

test('nothing is fetched before it is needed, and all who need it share one fetch', async () => {
  const { verify, keys } = setUp();
  expect([fetches(), keys.fingerprint()]).toEqual([0, '']);
  await Promise.all([verify(first), verify(first), verify(first)]);
  expect(fetches()).toBe(1);
  expect(keys.fingerprint()).not.toBe('');
});

test('a key that is new is found, and both are good while both are published', async () => {
  const { time, verify } = setUp();
  await verify(first);
  server.publish(second, first);
  time.pass(30_000);
  await verify(second);
  await verify(first);
  expect(fetches()).toBe(2);
});

test('an unknown id costs one fetch within the pause, however many ask', async () => {
  const { time, verify } = setUp();
  await verify(first);
  time.pass(29_999);
  expect(await reasonOf(verify(second))).toBe('unknown_key');
  expect(fetches()).toBe(1);
  time.pass(1);
  const reasons = await Promise.all(['a', 'b', 'c'].map((kid) => reasonOf(verify({ ...second, header: { alg: 'ES256', kid } }))));
  expect(reasons).toEqual(['unknown_key', 'unknown_key', 'unknown_key']);
  expect(await reasonOf(verify(second))).toBe('unknown_key');
  expect(fetches()).toBe(2);
});

test('after ten minutes keys are renewed without anybody waiting, and one that was removed is no longer good', async () => {
  const { time, verify, keys } = setUp();
  await verify(first);
  const before = keys.fingerprint();
  time.pass(600_001);
  let finish = (): void => undefined;
  server.answer((response) => {
    finish = () => response.end(JSON.stringify({ keys: [second.jwk] }));
  });
  await verify(first);
  await until(() => fetches() === 2);
  expect(keys.fingerprint()).toBe(before);
  finish();
  await until(() => keys.fingerprint() !== before);
  expect(await reasonOf(verify(first))).toBe('unknown_key');
  await verify(second);
  expect(fetches()).toBe(2);
});

test('keys that nobody used for an hour are renewed before they are used', async () => {
  const { time, verify } = setUp();
  await verify(first);
  server.publish(second);
  time.pass(3_600_001);
  expect(await reasonOf(verify(first))).toBe('unknown_key');
});

test('the same keys have the same fingerprint in any order', async () => {
  const [one, other] = [setUp(), setUp()];
  server.publish(first, second);
  await one.verify(first);
  server.publish(second, first);
  await other.verify(first);
  expect(one.keys.fingerprint()).toBe(other.keys.fingerprint());
});

const broken: [string, (response: ServerResponse) => void][] = [
  ['status 500', (response) => response.writeHead(500).end()],
  ['redirect', (response) => response.writeHead(302, { location: '/jwks' }).end()],
  ['JSON', (response) => response.end('<html>')],
  ['keys', (response) => response.end('{}')],
  ['more than 65536 bytes', (response) => response.end(JSON.stringify({ keys: [first.jwk], padding: 'x'.repeat(65_536) }))],
  ['', (response) => response.destroy()],
];

test.each(broken)('while the endpoint is broken (%s), the keys that are there stay', async (text, answer) => {
  const { time, verify, failures } = setUp();
  await verify(first);
  server.answer(answer);
  time.pass(3_600_001);
  await verify(first);
  expect(fetches()).toBe(2);
  expect(failures).toEqual([expect.stringContaining(`No keys from ${server.url}/jwks: `)]);
  expect(`${failures}`).not.toContain('hidden');
  if (text !== 'redirect') expect(failures[0]).toContain(text);
  await verify(first);
  expect(fetches()).toBe(2);
});

test.each(broken)("without keys, a broken endpoint (%s) is nobody's fault, and asked again a second later", async (_, answer) => {
  const { time, verify, failures } = setUp();
  server.answer(answer);
  expect(await reasonOf(verify(first))).toBe('keys_unavailable');
  expect(await reasonOf(verify(first))).toBe('keys_unavailable');
  expect([fetches(), failures.length]).toEqual([1, 1]);
  server.publish(first);
  time.pass(1_000);
  await verify(first);
});

test('an endpoint that does not answer is given up', async () => {
  const { verify, failures } = setUp();
  server.answer(() => undefined);
  expect(await reasonOf(verify(first))).toBe('keys_unavailable');
  expect(failures[0]).toContain('timeout');
});

const rsa = rs256('first');

test.each([
  ['an id that two keys share', [first, rsa], first],
  ['a key for encryption', [{ jwk: { ...first.jwk, use: 'enc' } }], first],
  ['a key for another algorithm', [{ jwk: { ...first.jwk, alg: 'ES384' } }], first],
  ['a secret key', [{ jwk: { kty: 'oct', k: 'c2VjcmV0', kid: 'first' } }], first],
  ['a key without an id', [{ jwk: { ...first.jwk, kid: undefined } }], first],
  ['a key that is broken', [{ jwk: { ...first.jwk, x: 'AA' } }], first],
  ['a key of the wrong type', [rsa], first],
  ['a weak key', [rs256('weak', 1_024)], undefined],
])('not used: %s', async (_, listed, signer) => {
  const { verify } = setUp();
  server.publish(second, ...listed);
  expect(await reasonOf(verify(signer ?? (listed[0] as PublishedSigner)))).toBe('unknown_key');
  await verify(second);
});

test('a key for encryption under the same id changes nothing', async () => {
  const { verify } = setUp();
  server.publish(first, { jwk: { ...rsa.jwk, use: 'enc' } });
  await verify(first);
});
