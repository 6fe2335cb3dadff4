import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { TokenError } from '../../../service/identity/tokens/token-error';

/** Signs without the library that the service verifies with. */
export interface Signer {
  header: { alg: string; kid?: string };
  sign(data: string): Buffer;
}

export interface PublishedSigner extends Signer {
  publicKey: KeyObject;
  /** As a provider publishes it. */
  jwk: Record<string, unknown>;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const tokenOf = (signer: Signer, claims: object, header: object = {}): string => {
  const data = `${encode({ typ: 'JWT', ...signer.header, ...header })}.${encode(claims)}`;
  return `${data}.${signer.sign(data).toString('base64url')}`;
};

export const hmac = (key: string | Buffer, kid?: string, alg: 'HS256' | 'HS512' = 'HS256'): Signer => ({
  header: { alg, kid },
  sign: (data) =>
    createHmac(alg === 'HS256' ? 'sha256' : 'sha512', key)
      .update(data)
      .digest(),
});

export const unsigned: Signer = { header: { alg: 'none' }, sign: () => Buffer.alloc(0) };

const published = (
  alg: string,
  kid: string,
  pair: { publicKey: KeyObject; privateKey: KeyObject },
  hash: string | null,
): PublishedSigner => ({
  header: { alg, kid },
  sign: (data) => sign(hash, Buffer.from(data), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }),
  publicKey: pair.publicKey,
  jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
});

export const es256 = (kid: string): PublishedSigner =>
  published('ES256', kid, generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'sha256');

export const rs256 = (kid: string, modulusLength = 2_048): PublishedSigner =>
  published('RS256', kid, generateKeyPairSync('rsa', { modulusLength }), 'sha256');

export const eddsa = (kid: string): PublishedSigner => published('EdDSA', kid, generateKeyPairSync('ed25519'), null);

/** A clock that moves when told to. */
export const clock = () => {
  let time = 1_800_000_000_000;
  return {
    now: (): number => time,
    /** Seconds since the epoch, as tokens count them. */
    seconds: (offset = 0): number => time / 1_000 + offset,
    pass: (milliseconds: number): void => {
      time += milliseconds;
    },
  };
};

/** Why a token is refused; the text says nothing else. */
export const reasonOf = async (outcome: Promise<unknown>): Promise<string> => {
  const error = await outcome.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TokenError)) throw new Error(`Expected a TokenError, got ${String(error)}`);
  return error.message.replace('Token refused: ', '');
};
