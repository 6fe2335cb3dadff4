import { localKeys, localVerifier, signAccessToken } from '../../../../service/identity/tokens/local-tokens';
import { supabaseVerifier } from '../../../../service/identity/tokens/supabase';
import type { TokenVerifier, VerifiedToken } from '../../../../service/identity/tokens/verified-token';
import { createVerifiedTokens } from '../../../../service/identity/tokens/verified-tokens';
import { configOf } from '../../support/app';
import { type KeyServer, keyServer } from '../../support/key-server';
import { clock, es256, hmac, reasonOf, type Signer, tokenOf } from '../../support/tokens';

const keys = localKeys(configOf());
const signer = es256('first');

let server: KeyServer;
beforeAll(async () => {
  server = await keyServer();
});
afterAll(() => server.close());

/** Counts what would cost: signatures checked, principals resolved. */
const setUp = () => {
  server.publish(signer);
  const time = clock();
  const counted = { verified: 0, resolved: 0 };
  const counting = (verifier: TokenVerifier): TokenVerifier => ({
    ...verifier,
    verify: (token) => {
      counted.verified += 1;
      return verifier.verify(token);
    },
  });
  const supabase = supabaseVerifier({ url: server.url, now: time.now, fetch, onFailure: () => undefined });
  const control: { resolve: (token: VerifiedToken) => Promise<{ name: string }> } = {
    resolve: async ({ subject }) => ({ name: subject }),
  };
  const tokens = createVerifiedTokens({
    verifiers: [counting(localVerifier(keys, time.now)), counting(supabase)],
    keepFor: () => 60_000,
    resolve: (token) => {
      counted.resolved += 1;
      return control.resolve(token);
    },
    now: time.now,
  });
  const local = (sessionId = 's1', subject = 'ada') => signAccessToken(keys, { subject, organization: 'acme', sessionId }, time.now());
  const foreign = (given: object = {}, by: Signer = signer) =>
    tokenOf(by, {
      iss: supabase.issuer,
      aud: 'authenticated',
      sub: 'ada',
      role: 'authenticated',
      iat: time.seconds(),
      exp: time.seconds(3_600),
      ...given,
    });
  return { time, counted, control, tokens, local, foreign, supabase };
};

test('the issuer chooses the verifier, and a token is verified and resolved once', async () => {
  const { counted, tokens, local, foreign } = setUp();
  const [ours, theirs] = [await local(), foreign()];
  const first = await tokens.principalOf(ours);
  expect(await tokens.principalOf(ours)).toBe(first);
  expect(counted).toEqual({ verified: 1, resolved: 1 });
  await tokens.principalOf(theirs);
  // The first token of a provider brings its keys: verified before they were known, it is not kept.
  await tokens.principalOf(theirs);
  await tokens.principalOf(theirs);
  expect(counted).toEqual({ verified: 3, resolved: 3 });
});

test('those who bring one token at once share its verification', async () => {
  const { counted, tokens, local } = setUp();
  const token = await local();
  const [one, other] = await Promise.all([tokens.principalOf(token), tokens.principalOf(token)]);
  expect(one).toBe(other);
  expect(counted).toEqual({ verified: 1, resolved: 1 });
});

test('an answer is kept for its time, and never longer than the token lives', async () => {
  const { time, counted, tokens, local } = setUp();
  const token = await local();
  await tokens.principalOf(token);
  time.pass(59_999);
  await tokens.principalOf(token);
  expect(counted.verified).toBe(1);
  time.pass(1);
  await tokens.principalOf(token);
  expect(counted.verified).toBe(2);
  time.pass(835_000);
  await tokens.principalOf(token);
  time.pass(10_000);
  expect(await reasonOf(tokens.principalOf(token))).toBe('expired');
});

test('nothing verified with keys since withdrawn is believed', async () => {
  const { time, counted, tokens, foreign } = setUp();
  const token = foreign();
  await tokens.principalOf(token);
  await tokens.principalOf(token);
  await tokens.principalOf(token);
  expect(counted.verified).toBe(2);
  const successor = es256('second');
  server.publish(successor);
  time.pass(30_000);
  await tokens.principalOf(foreign({}, successor));
  expect(await reasonOf(tokens.principalOf(token))).toBe('unknown_key');
});

test.each([
  ['unknown_issuer', (foreign: (given: object) => string) => foreign({ iss: 'https://elsewhere.example' })],
  ['unknown_issuer', (foreign: (given: object) => string) => foreign({ iss: undefined })],
  ['malformed', () => 'not.a.token'],
  ['malformed', () => ''],
  ['malformed', (foreign: (given: object) => string) => foreign({ padding: 'x'.repeat(8_192) })],
])('%s refuses without a verification', async (reason, make) => {
  const { counted, tokens, foreign } = setUp();
  expect(await reasonOf(tokens.principalOf(make(foreign)))).toBe(reason);
  expect(counted.verified).toBe(0);
});

test('a flood of one bad token costs one verification, and only for a while', async () => {
  const { time, counted, tokens } = setUp();
  const bad = tokenOf(hmac('a key of somebody else altogether', keys.access[0].id), { iss: keys.issuer });
  for (let attempt = 0; attempt < 10; attempt += 1) expect(await reasonOf(tokens.principalOf(bad))).toBe('invalid_signature');
  expect(counted.verified).toBe(1);
  time.pass(60_000);
  await reasonOf(tokens.principalOf(bad));
  expect(counted.verified).toBe(2);
});

test('a token that may become good is tried again', async () => {
  const { time, tokens, foreign } = setUp();
  const [early, unknown] = [foreign({ nbf: 1_800_000_010 }), foreign({}, es256('second'))];
  expect(await reasonOf(tokens.principalOf(early))).toBe('inactive (nbf)');
  expect(await reasonOf(tokens.principalOf(unknown))).toBe('unknown_key');
  time.pass(10_000);
  await tokens.principalOf(early);
});

test('what fails to resolve is resolved again', async () => {
  const { counted, control, tokens, local } = setUp();
  const token = await local();
  const { resolve } = control;
  control.resolve = () => Promise.reject(new Error('database away'));
  await expect(tokens.principalOf(token)).rejects.toThrow('database away');
  control.resolve = resolve;
  expect(await tokens.principalOf(token)).toEqual({ name: 'ada' });
  expect(counted.resolved).toBe(2);
});

test('what is evicted is resolved anew, the rest is not', async () => {
  const { counted, tokens, local } = setUp();
  const [ada, grace] = [await local('s1', 'ada'), await local('s2', 'grace')];
  await Promise.all([tokens.principalOf(ada), tokens.principalOf(grace)]);
  tokens.evict(({ subject }) => subject === 'ada');
  expect(await tokens.principalOf(ada)).toEqual({ name: 'ada' });
  expect(counted.resolved).toBe(3);
  await tokens.principalOf(grace);
  expect(counted.resolved).toBe(3);
  tokens.evict(({ organization }, { name }) => organization === 'acme' && name === 'grace');
  await tokens.principalOf(grace);
  expect(counted.resolved).toBe(4);
});

test('what was being resolved while it changed is neither shared nor kept', async () => {
  const { counted, control, tokens, local } = setUp();
  const token = await local();
  let finish = (_: { name: string }): void => undefined;
  control.resolve = () =>
    new Promise((resolve) => {
      finish = resolve;
    });
  const before = tokens.principalOf(token);
  while (counted.resolved === 0) await new Promise(setImmediate);
  tokens.evict(() => true);
  control.resolve = async () => ({ name: 'new' });
  expect(await tokens.principalOf(token)).toEqual({ name: 'new' });
  finish({ name: 'old' });
  expect(await before).toEqual({ name: 'old' });
  expect(await tokens.principalOf(token)).toEqual({ name: 'new' });
});

test('a revoked session is refused at once, until its tokens have expired anyway', async () => {
  const { time, counted, tokens, local } = setUp();
  const [gone, other] = [await local('s1'), await local('s2')];
  await Promise.all([tokens.principalOf(gone), tokens.principalOf(other)]);
  tokens.revokeSession('s1');
  expect(await reasonOf(tokens.principalOf(gone))).toBe('revoked');
  expect(counted.resolved).toBe(2);
  expect(await tokens.principalOf(other)).toEqual({ name: 'ada' });
  time.pass(904_999);
  expect(await reasonOf(tokens.principalOf(gone))).toBe('revoked');
  time.pass(1);
  expect(await reasonOf(tokens.principalOf(gone))).toBe('expired');
});

test('a revocation that comes while a token is being resolved still counts', async () => {
  const { control, tokens, local } = setUp();
  control.resolve = async ({ subject }) => {
    tokens.revokeSession('s1');
    return { name: subject };
  };
  expect(await reasonOf(tokens.principalOf(await local()))).toBe('revoked');
});
