import { supabaseVerifier } from '../../../../service/identity/tokens/supabase';
import { type KeyServer, keyServer } from '../../support/key-server';
import { clock, eddsa, es256, hmac, reasonOf, rs256, type Signer, tokenOf, unsigned } from '../../support/tokens';

const jwtSecret = 'legacy secret of the whole project';
const signer = es256('current');
const time = clock();

let server: KeyServer;
beforeAll(async () => {
  server = await keyServer();
});
afterAll(() => server.close());

const fail = (error: Error) => {
  throw error;
};
const verifierWith = (secret?: string) =>
  supabaseVerifier({ url: `${server.url}/`, jwtSecret: secret, now: time.now, fetch, onFailure: fail });

const token = (given: object = {}, by: Signer = signer) =>
  tokenOf(by, {
    iss: `${server.url}/auth/v1`,
    aud: 'authenticated',
    sub: '2f1c',
    role: 'authenticated',
    iat: time.seconds(),
    exp: time.seconds(3_600),
    is_anonymous: false,
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: { org_id: 'chosen by the user', user_role: 'admin', permissions: ['all'] },
    ...given,
  });

test.each([es256('e'), rs256('r'), eddsa('o')])('a token signed with a published key is good: $header.alg', async (by) => {
  server.publish(by);
  const verifier = verifierWith();
  expect(await verifier.verify(token({}, by))).toEqual({
    provider: 'supabase',
    issuer: `${server.url}/auth/v1`,
    subject: '2f1c',
    expiresAt: time.now() + 3_600_000,
  });
  expect(server.requests.at(-1)?.path).toBe('/auth/v1/.well-known/jwks.json');
});

test.each([
  [{ org_id: 'acme', user_role: 'admin', permissions: ['tasks:read'] }],
  [{ org_id: null, app_metadata: { org_id: 'acme', user_role: 'admin', permissions: ['tasks:read'] } }],
])('claims of the project are taken from the hook or from app_metadata: %j', async (given) => {
  server.publish(signer);
  expect(await verifierWith().verify(token(given))).toMatchObject({ organization: 'acme', role: 'admin', permissions: ['tasks:read'] });
});

test.each<[string, () => string]>([
  ['invalid_signature', () => token({}, { ...es256('current') })],
  ['unknown_key', () => token({}, es256('another'))],
  ['unknown_key', () => token({}, { ...signer, header: { alg: 'ES256' } })],
  ['unknown_key', () => token({}, rs256('current'))],
  ['invalid_algorithm', () => token({}, unsigned)],
  ['invalid_algorithm', () => token({}, hmac(jwtSecret))],
  ['invalid_algorithm', () => token({}, hmac(signer.publicKey.export({ format: 'pem', type: 'spki' }), 'current'))],
  ['invalid_algorithm', () => token({}, hmac(jwtSecret, 'current', 'HS512'))],
  ['expired', () => token({ exp: time.seconds(-5) })],
  ['inactive (nbf)', () => token({ nbf: time.seconds(6) })],
  ['inactive (iat)', () => token({ iat: time.seconds(6) })],
  ['invalid_claim (exp)', () => token({ exp: time.seconds(31 * 86_400) })],
  ['invalid_claim (iss)', () => token({ iss: 'supabase' })],
  ['invalid_claim (aud)', () => token({ aud: 'anon' })],
  ['invalid_claim (role)', () => token({ role: 'anon' })],
  ['invalid_claim (role)', () => token({ role: 'service_role' })],
  ['invalid_claim (is_anonymous)', () => token({ is_anonymous: true })],
  ['invalid_claim (permissions)', () => token({ permissions: 'tasks:read' })],
  ['invalid_claim (app_metadata.permissions)', () => token({ app_metadata: { permissions: 'tasks:read' } })],
  ['invalid_subject (sub)', () => token({ sub: '' })],
  ...['iss', 'aud', 'sub', 'role', 'iat', 'exp'].map(
    (name) => [`missing_claim (${name})`, () => token({ [name]: undefined })] as [string, () => string],
  ),
  ['malformed', () => token().replace(/^[^.]+/, 'e30')],
])('%s refuses', async (reason, bad) => {
  server.publish(signer);
  expect(await reasonOf(verifierWith().verify(bad()))).toBe(reason);
});

test('the key of the project that passes row-level security identifies nobody', async () => {
  const serviceRole = { iss: 'supabase', ref: 'project', role: 'service_role', iat: time.seconds(), exp: time.seconds(315_360_000) };
  expect(await reasonOf(verifierWith(jwtSecret).verify(tokenOf(hmac(jwtSecret), serviceRole)))).toMatch(/_claim/);
});

test('the legacy secret counts beside the published keys, but not under the id of one of them', async () => {
  server.publish(signer);
  const verifier = verifierWith(jwtSecret);
  await verifier.verify(token({}, hmac(jwtSecret)));
  await verifier.verify(token({}, hmac(jwtSecret, 'legacy')));
  await verifier.verify(token());
  expect(await reasonOf(verifier.verify(token({}, hmac(jwtSecret, 'current'))))).toBe('invalid_algorithm');
  expect(await reasonOf(verifier.verify(token({}, hmac('a secret of another whole project'))))).toBe('invalid_signature');
  const publicKey = signer.publicKey.export({ format: 'pem', type: 'spki' });
  expect(await reasonOf(verifier.verify(token({}, hmac(publicKey))))).toBe('invalid_signature');
});

test('the fingerprint tells sets of keys apart', async () => {
  server.publish(signer);
  const [plain, legacy] = [verifierWith(), verifierWith(jwtSecret)];
  await Promise.all([plain.verify(token()), legacy.verify(token())]);
  expect(plain.fingerprint()).not.toBe('');
  expect(legacy.fingerprint()).not.toBe(plain.fingerprint());
});
