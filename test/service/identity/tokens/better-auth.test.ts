import { betterAuthVerifier } from '../../../../service/identity/tokens/better-auth';
import { configOf } from '../../support/app';
import { clock, hmac, reasonOf, tokenOf, unsigned } from '../../support/tokens';

const [oldKey, newKey] = ['old', 'new'].map((name) => `the ${name} key shared with Better Auth`) as [string, string];

const verifierWith = (given: Record<string, string>) => betterAuthVerifier(configOf({ FEATURES: 'auth.betterAuth', ...given }), time.now);

const time = clock();
const verifier = verifierWith({ BETTER_AUTH_SECRET: oldKey });

const token = (given: object = {}, signer = hmac(oldKey)) =>
  tokenOf(signer, { iss: 'counterpart', aud: 'counterpart', sub: 'ada', exp: time.seconds(604_800), ...given });

test('a token needs no more than subject and expiry', async () => {
  expect(await verifier.verify(token())).toEqual({
    provider: 'betterAuth',
    issuer: 'counterpart',
    subject: 'ada',
    expiresAt: time.now() + 604_800_000,
  });
});

test.each([{ org_id: 'acme' }, { activeOrganizationId: 'acme' }, { org_id: 'acme', activeOrganizationId: null }])(
  'organization and role are taken from %j',
  async (given) => {
    expect(await verifier.verify(token({ ...given, role: 'admin' }))).toMatchObject({ organization: 'acme', role: 'admin' });
  },
);

test.each<[string, string]>([
  ['invalid_signature', token({}, hmac(newKey))],
  ['invalid_algorithm', token({}, hmac(oldKey, undefined, 'HS512'))],
  ['invalid_algorithm', token({}, unsigned)],
  ['expired', token({ exp: time.seconds(-5) })],
  ['inactive (nbf)', token({ nbf: time.seconds(6) })],
  ['inactive (iat)', token({ iat: time.seconds(6) })],
  ['invalid_claim (exp)', token({ exp: time.seconds(31 * 86_400) })],
  ['invalid_claim (iss)', token({ iss: 'somebody' })],
  ['invalid_claim (aud)', token({ aud: ['somebody'] })],
  ['invalid_claim (org_id)', token({ org_id: 'a\nb' })],
  ['invalid_subject (sub)', token({ sub: '' })],
  ...['iss', 'aud', 'sub', 'exp'].map((name) => [`missing_claim (${name})`, token({ [name]: undefined })] as [string, string]),
])('%s refuses', async (reason, bad) => {
  expect(await reasonOf(verifier.verify(bad))).toBe(reason);
});

test('during a rotation both keys are accepted, afterwards the new one', async () => {
  const during = verifierWith({ BETTER_AUTH_SECRET: newKey, BETTER_AUTH_SECRET_PREVIOUS: oldKey });
  await during.verify(token());
  await during.verify(token({}, hmac(newKey)));
  expect(await reasonOf(during.verify(token({}, hmac('a key of neither, as long as they are'))))).toBe('invalid_signature');
  for (const key of [oldKey, newKey]) {
    expect(await reasonOf(during.verify(token({ exp: time.seconds(-5) }, hmac(key))))).toBe('expired');
  }
  expect(await reasonOf(verifierWith({ BETTER_AUTH_SECRET: newKey }).verify(token()))).toBe('invalid_signature');
});
