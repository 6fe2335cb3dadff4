import { hash } from 'node:crypto';
import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

export interface KeySource {
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Algorithms that tokens may be signed with; keys for others are left out. */
  algorithms: readonly PublishedAlgorithm[];
  fetch: typeof fetch;
}

export interface PublishedKeys {
  /** Finds and imports a key by algorithm and id. */
  readonly find: JWTVerifyGetKey;
  readonly ids: ReadonlySet<string>;
  /** The same for the same keys, in whatever order they are published. */
  readonly fingerprint: string;
}

/** Milliseconds for the whole answer: requests wait for it. */
const timeout = 3_000;

/** Bytes; a hundred large keys fit in. */
const maxSize = 65_536;

const keyTypes = { ES256: 'EC', RS256: 'RSA', EdDSA: 'OKP' } as const;

type PublishedAlgorithm = keyof typeof keyTypes;

const keySet = z.object({ keys: z.array(z.unknown()) });

const publishedKey = z.looseObject({
  kid: z.string(),
  kty: z.string(),
  alg: z.string().optional(),
  use: z.literal('sig').optional(),
});

const textOf = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxSize) throw new Error(`an answer of more than ${maxSize} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

/** An id that two keys share would let the token choose between them: neither is used. */
const usable = (keys: readonly unknown[], algorithms: readonly PublishedAlgorithm[]): JWK[] => {
  const named = keys.flatMap((key) => publishedKey.safeParse(key).data ?? []);
  const ids = named.map(({ kid }) => kid);
  const types: readonly string[] = algorithms.map((algorithm) => keyTypes[algorithm]);
  return named
    .filter(({ kid }) => ids.indexOf(kid) === ids.lastIndexOf(kid))
    .filter(({ kty, alg }) => types.includes(kty) && (alg === undefined || (algorithms as readonly string[]).includes(alg)))
    .sort((one, other) => (one.kid < other.kid ? -1 : 1));
};

/**
 * The keys that a provider publishes now.
 * @throws Error when they cannot be had within the limits of time and size; it tells the address, and nothing of the headers
 */
export const fetchKeys = async ({ url, headers, algorithms, fetch }: KeySource): Promise<PublishedKeys> => {
  try {
    const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(timeout) });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`status ${response.status}`);
    }
    const answer = keySet.safeParse(JSON.parse(await textOf(response)));
    if (!answer.success) throw new Error('an answer without a list of keys');
    const keys = usable(answer.data.keys, algorithms);
    return {
      find: createLocalJWKSet({ keys }),
      ids: new Set(keys.map(({ kid }) => kid as string)),
      fingerprint: hash('sha256', JSON.stringify(keys), 'base64url'),
    };
  } catch (error) {
    throw new Error(`No keys from ${url}: ${(error as Error).message}`, { cause: error });
  }
};
