import { clerkVerifier } from '../../../../service/identity/tokens/clerk';
import { type KeyServer, keyServer } from '../../support/key-server';
import { clock, es256, hmac, reasonOf, rs256, type Signer, tokenOf, unsigned } from '../../support/tokens';

const issuer = 'https://clerk.example.com';
const signer = rs256('ins_1');
const other = rs256('ins_1');
const time = clock();

let server: KeyServer;
beforeAll(async () => {
  server = await keyServer();
  server.publish(signer, es256('ec'));
});
afterAll(() => server.close());

const verifierWith = (authorizedParties: string[] = []) =>
  clerkVerifier({
    apiUrl: server.url,
    secretKey: 'sk_test_1',
    issuer,
    authorizedParties,
    now: time.now,
    fetch,
    onFailure: (error) => {
      throw error;
    },
  });

const claims = (given: object = {}) => ({
  iss: issuer,
  sub: 'user_1',
  sid: 'sess_1',
  azp: 'https://app.example.com',
  iat: time.seconds(),
  nbf: time.seconds(-10),
  exp: time.seconds(60),
  ...given,
});
const token = (given: object = {}, by: Signer = signer, header: object = {}) => tokenOf(by, claims(given), header);

test('a session token is good, and its keys are fetched with the secret key', async () => {
  expect(await verifierWith().verify(token())).toEqual({
    provider: 'clerk',
    issuer,
    subject: 'user_1',
    expiresAt: time.now() + 60_000,
  });
  expect(server.requests.at(-1)).toMatchObject({ path: '/v1/jwks', headers: { authorization: 'Bearer sk_test_1' } });
});

/** From Clerk's own guide: an admin who may read and manage the dashboard, and read teams. */
const guide = { v: 2, fea: 'o:dashboard,o:teams', o: { id: 'org_1', slg: 'acme', rol: 'admin', per: 'manage,read', fpm: '3,2' } };

test.each([
  ['version 1', { org_id: 'org_1', org_role: 'org:admin', org_permissions: ['org:teams:read'] }, ['org:teams:read']],
  ['version 2', guide, ['org:dashboard:manage', 'org:dashboard:read', 'org:teams:read']],
  [
    'features of the user between',
    { ...guide, fea: 'u:beta,o:dashboard,uo:teams' },
    ['org:dashboard:manage', 'org:dashboard:read', 'org:teams:read'],
  ],
  ['a mask of no feature', { ...guide, fea: 'o:teams' }, ['org:teams:manage', 'org:teams:read']],
  ['no permissions', { ...guide, o: { id: 'org_1', rol: 'admin' } }, undefined],
  ['a claim of its own', { ...guide, permissions: ['tasks:read'] }, ['tasks:read']],
])('the organization is read: %s', async (_, given, permissions) => {
  const verified = await verifierWith().verify(token(given));
  expect(verified).toMatchObject({ organization: 'org_1', role: 'org:admin' });
  expect(verified.permissions).toEqual(permissions);
});

test('more permissions than a number has bits are read', async () => {
  const per = Array.from({ length: 70 }, (_, index) => `p${index}`).join();
  const { permissions } = await verifierWith().verify(token({ v: 2, fea: 'o:f', o: { id: 'org_1', per, fpm: String(2n ** 69n + 1n) } }));
  expect(permissions).toEqual(['org:f:p0', 'org:f:p69']);
});

test('without an active organization there is none', async () => {
  const verified = await verifierWith().verify(token({ v: 2, fea: 'u:beta' }));
  expect([verified.organization, verified.role, verified.permissions]).toEqual([undefined, undefined, undefined]);
});

test.each<[string, () => string]>([
  ['invalid_signature', () => token({}, other)],
  ['unknown_key', () => token({}, rs256('ins_2'))],
  ['invalid_algorithm', () => token({}, es256('ec'))],
  ['invalid_algorithm', () => token({}, unsigned)],
  ['invalid_algorithm', () => token({}, hmac(signer.publicKey.export({ format: 'pem', type: 'spki' }), 'ins_1'))],
  ['invalid_algorithm', () => token({}, hmac('sk_test_1', 'ins_1', 'HS512'))],
  ['expired', () => token({ exp: time.seconds(-5) })],
  ['inactive (nbf)', () => token({ nbf: time.seconds(6) })],
  ['inactive (iat)', () => token({ iat: time.seconds(6) })],
  ['inactive (sts)', () => token({ sts: 'pending' })],
  ['invalid_claim (exp)', () => token({ exp: time.seconds(31 * 86_400) })],
  ['invalid_claim (iss)', () => token({ iss: 'https://clerk.example.org' })],
  ['invalid_claim (typ)', () => token({}, signer, { typ: 'at+jwt' })],
  ['invalid_claim (v)', () => token({ v: 3 })],
  ['invalid_claim (o.fpm.1)', () => token({ ...guide, o: { ...guide.o, fpm: '3,-1' } })],
  ['invalid_subject (sub)', () => token({ sub: '' })],
  ...['iss', 'sub', 'sid', 'iat', 'exp'].map(
    (name) => [`missing_claim (${name})`, () => token({ [name]: undefined })] as [string, () => string],
  ),
])('%s refuses', async (reason, bad) => {
  expect(await reasonOf(verifierWith().verify(bad()))).toBe(reason);
});

test('where parties are named, the token must have been asked for by one of them', async () => {
  const verifier = verifierWith(['https://app.example.com', 'https://admin.example.com']);
  await verifier.verify(token());
  expect(await reasonOf(verifier.verify(token({ azp: 'https://evil.example.com' })))).toBe('invalid_claim (azp)');
  expect(await reasonOf(verifier.verify(token({ azp: undefined })))).toBe('missing_claim (azp)');
  await verifierWith().verify(token({ azp: undefined }));
});
