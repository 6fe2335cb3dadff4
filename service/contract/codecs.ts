import { z } from 'zod';

/**
 * Text in the environment, a value in the program: the service decodes, infra encodes, so both mean the same.
 * Typed as `z.core.$ZodType`: `z.ZodType` in inferred positions costs 28 times the type instantiations.
 */
export type Codec<T> = z.core.$ZodType<T, string>;

export const text: Codec<string> = z.string().min(1);

export const url: Codec<string> = z.url({ protocol: /^https?$/, error: 'an http(s) URL' });

/** `true` or `false`, nothing else. */
export const flag: Codec<boolean> = z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' });

/** Whole number within bounds, both included. */
export const integer = (min: number, max: number): Codec<number> =>
  z.codec(z.string().regex(/^\d+$/, 'a whole number'), z.int().min(min).max(max), { decode: Number, encode: String });

export const port = integer(1, 65_535);

/** Sizes are whole bytes, up to 1 GiB. */
export const bytes = integer(1, 2 ** 30);

/** Whole milliseconds, up to a day: `900000`. */
export const milliseconds = integer(0, 86_400_000);

/** Whole seconds, up to 30 days: `300`. */
export const seconds = integer(0, 2_592_000);

/** One of a few words. */
export const choice = <const Words extends readonly [string, ...string[]]>(words: Words): Codec<Words[number]> => z.enum(words);

/** One of a few words in any case; lower case in the program (`LOG_LEVEL=INFO` is `info`). */
export const choiceInAnyCase = <const Words extends readonly [string, ...string[]]>(words: Words): Codec<Words[number]> =>
  z.codec(z.string(), z.enum(words), { decode: (word) => word.toLowerCase() as Words[number], encode: (word) => word });

/** Comma-separated list: `https://a.example,https://b.example`; empty text is the empty list. */
export const list = <Item extends z.ZodType<string, string>>(item: Item): Codec<z.output<Item>[]> =>
  z.codec(z.string(), z.array(item), {
    decode: (line) => (line.trim() === '' ? [] : line.split(',').map((part) => part.trim() as z.input<Item>)),
    encode: (items) => items.join(','),
  });

/** Scheme, host and port of a page that may call from a browser; never `*`, no path. */
export const origin = z.string().regex(/^https?:\/\/[a-z0-9.-]+(:\d+)?$/, 'an origin such as https://app.example.com');

/** Address range of proxies whose forwarding headers are believed: `10.244.0.0/16`. */
export const cidr = z.union([z.cidrv4(), z.cidrv6()]);

const unitMilliseconds = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;
type Unit = keyof typeof unitMilliseconds;

/** Whole days, hours, minutes or seconds with their unit: `15m`. The value is in milliseconds. */
export const duration: Codec<number> = z.codec(
  z.string().regex(/^[1-9]\d*[dhms]$/, 'a duration such as 15m'),
  z.int().positive().multipleOf(1_000),
  {
    decode: (line) => Number.parseInt(line, 10) * unitMilliseconds[line.slice(-1) as Unit],
    encode: (value) => {
      const unit = (Object.keys(unitMilliseconds) as Unit[]).find((name) => value % unitMilliseconds[name] === 0) ?? 's';
      return `${value / unitMilliseconds[unit]}${unit}`;
    },
  },
);

/** Key that signs tokens with HS256: at least 32 characters (RFC 7518, 3.2: as long as the hash). */
export const signingKey: Codec<string> = z.string().min(32, 'at least 32 characters');

/** Key of AES-256: 32 bytes, as 32 ASCII characters, 64 hexadecimal digits or 44 characters of base64. */
export const encryptionKey: Codec<string> = z
  .string()
  .regex(/^([\x21-\x7e]{32}|[0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/, '32 bytes: 32 characters, 64 hex digits or 44 of base64');

/** Connection URL of a backing server, by its scheme: `postgresql://user:password@host:5432/database`. */
export const connection = (...schemes: [string, ...string[]]): Codec<string> =>
  z.string().refine((line) => URL.canParse(line) && schemes.includes(new URL(line).protocol.slice(0, -1)), {
    error: `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

/** Version of the API within its paths: `v1`. */
export const apiVersion: Codec<string> = z.string().regex(/^v[1-9]\d*$/, 'a version such as v1');

/** Host and port: `temporal:7233`. */
export const address: Codec<string> = z.string().regex(/^[a-z0-9.-]+:\d{1,5}$/, 'host:port');
