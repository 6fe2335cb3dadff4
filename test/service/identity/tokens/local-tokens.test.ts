import { decodeProtectedHeader } from 'jose';
import {
  localKeys,
  localVerifier,
  signAccessToken,
  signRefreshToken,
  verifyRefreshToken,
} from '../../../../service/identity/tokens/local-tokens';
import { configOf } from '../../support/app';
import { clock, hmac, reasonOf, tokenOf, unsigned } from '../../support/tokens';

const [oldKey, newKey, refreshKey] = ['old', 'new', 'refresh'].map((name) => `the ${name} key of the service itself`) as [
  string,
  string,
  string,
];

const keysOf = (given: Record<string, string> = {}) =>
  localKeys(configOf({ JWT_SECRET: oldKey, JWT_REFRESH_SECRET: refreshKey, ...given }));

const time = clock();
const keys = keysOf();
const verifier = localVerifier(keys, time.now);

const [{ id: kid }] = keys.access;
const claims = (given: object = {}) => ({
  iss: 'counterpart',
  aud: 'counterpart',
  sub: 'ada',
  org: 'acme',
  sid: 's1',
  iat: time.seconds(),
  exp: time.seconds(900),
  ...given,
});
const header = { typ: 'at+jwt' };
const token = (given: object = {}, signer = hmac(oldKey, kid)) => tokenOf(signer, claims(given), header);

const grant = { subject: 'ada', organization: 'acme', sessionId: 's1' };

describe('access tokens', () => {
  test('what is signed is verified, and lives as long as the configuration says', async () => {
    expect(await verifier.verify(await signAccessToken(keys, grant, time.now()))).toEqual({
      provider: 'local',
      issuer: 'counterpart',
      subject: 'ada',
      organization: 'acme',
      sessionId: 's1',
      expiresAt: time.now() + 900_000,
    });
    expect(await verifier.verify(token())).toMatchObject({ subject: 'ada' });
  });

  test.each<[string, string]>([
    ['invalid_signature', token({}, hmac(newKey, kid))],
    ['unknown_key', token({}, hmac(oldKey))],
    ['unknown_key', token({}, hmac(newKey, 'another'))],
    ['invalid_algorithm', token({}, hmac(oldKey, kid, 'HS512'))],
    ['invalid_algorithm', token({}, unsigned)],
    ['expired', token({ exp: time.seconds(-5) })],
    ['inactive (nbf)', token({ nbf: time.seconds(6) })],
    ['inactive (iat)', token({ iat: time.seconds(6) })],
    ['invalid_claim (exp)', token({ exp: time.seconds(906) })],
    ['invalid_claim (exp)', token({ exp: 'soon' })],
    ['invalid_claim (iss)', token({ iss: 'somebody' })],
    ['invalid_claim (aud)', token({ aud: 'somebody' })],
    ['invalid_claim (typ)', tokenOf(hmac(oldKey, kid), claims())],
    ['invalid_claim (org)', token({ org: ['acme'] })],
    ['invalid_subject (sub)', token({ sub: '' })],
    ['invalid_subject (sub)', token({ sub: 'a\u0000da' })],
    ['invalid_subject (sub)', token({ sub: 'ada\ud800' })],
    ['invalid_subject (sub)', token({ sub: 'a'.repeat(256) })],
    ['invalid_subject (sub)', token({ sub: 7 })],
    ...['iss', 'aud', 'sub', 'org', 'sid', 'iat', 'exp'].map(
      (name) => [`missing_claim (${name})`, token({ [name]: undefined })] as [string, string],
    ),
    ['malformed', 'x.y.z'],
    ['malformed', tokenOf(hmac(oldKey, kid), [], header)],
  ])('%s refuses', async (reason, bad) => {
    expect(await reasonOf(verifier.verify(bad))).toBe(reason);
  });

  test('clocks may differ by five seconds', async () => {
    await verifier.verify(token({ exp: time.seconds(-4), iat: time.seconds(-10) }));
    await verifier.verify(token({ iat: time.seconds(5), nbf: time.seconds(5) }));
  });

  test('during a rotation both keys are accepted and the new one signs; afterwards the old one is not', async () => {
    const old = await signAccessToken(keys, grant, time.now());
    const rotating = keysOf({ JWT_SECRET: newKey, JWT_SECRET_PREVIOUS: oldKey });
    const fresh = await signAccessToken(rotating, grant, time.now());
    const during = localVerifier(rotating, time.now);
    await during.verify(old);
    await during.verify(fresh);
    const rotated = localVerifier(keysOf({ JWT_SECRET: newKey }), time.now);
    await rotated.verify(fresh);
    expect(await reasonOf(rotated.verify(old))).toBe('unknown_key');
    expect(new Set([verifier, during, rotated].map(({ fingerprint }) => fingerprint())).size).toBe(3);
  });

  test('the id of a key tells nothing of the key', () => {
    expect(kid).toMatch(/^[\w-]{12}$/);
    expect(oldKey).not.toContain(kid);
  });
});

describe('refresh tokens', () => {
  const row = { id: 'r1', sessionId: 's1', issuedAt: time.now() + 123, expiresAt: time.now() + 60 * 86_400_000 };

  test('the same row gives the same token, another row another', async () => {
    const first = await signRefreshToken(keys, row);
    expect(await signRefreshToken(keysOf(), { ...row })).toBe(first);
    expect(await signRefreshToken(keys, { ...row, id: 'r2' })).not.toBe(first);
    expect(await verifyRefreshToken(keys, first, time.now())).toEqual({ ...row, issuedAt: time.now() });
  });

  test('neither kind passes as the other, even signed with one key', async () => {
    const same = keysOf({ JWT_REFRESH_SECRET: oldKey });
    expect(await reasonOf(localVerifier(same, time.now).verify(await signRefreshToken(same, row)))).toMatch(/^(missing|invalid)_claim/);
    expect(await reasonOf(verifyRefreshToken(same, await signAccessToken(same, grant, time.now()), time.now()))).toMatch(/_claim/);
    const disguised = tokenOf(hmac(oldKey, kid), claims({ jti: 'r1' }), header);
    expect(await reasonOf(verifyRefreshToken(same, disguised, time.now()))).toBe('invalid_claim (typ)');
  });

  test('expires, and is signed with a key of its own that rotates', async () => {
    const token = await signRefreshToken(keys, row);
    expect(await reasonOf(verifyRefreshToken(keys, token, row.expiresAt + 5_000))).toBe('expired');
    const rotating = keysOf({ JWT_REFRESH_SECRET: newKey, JWT_REFRESH_SECRET_PREVIOUS: refreshKey });
    await verifyRefreshToken(rotating, token, time.now());
    expect(decodeProtectedHeader(await signRefreshToken(rotating, row)).kid).toBe(rotating.refresh[0].id);
    expect(await reasonOf(verifyRefreshToken(keysOf({ JWT_REFRESH_SECRET: newKey }), token, time.now()))).toBe('unknown_key');
  });
});
