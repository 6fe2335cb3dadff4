import { compare, getRounds, hash } from 'bcrypt';
import { z } from 'zod';
import { HttpProblem } from '../problem';
import { concurrencyLimit } from './concurrency-limit';

/** bcrypt ignores what follows: two long passwords with the same beginning would be one. */
const mostBytes = 72;
const tooLong = `at most ${mostBytes} bytes in UTF-8, since bcrypt ignores what follows`;

// NUL ends a password in other implementations of bcrypt. The rest has no UTF-8 of its own, or no normal form that is sure
// to stay (unassigned in this version of Unicode).
const unstable = /[\0\p{Cs}\p{Cn}]/u;

/**
 * What bcrypt sees all of. NFKC (as NIST SP 800-63B has it), because keyboards differ in how they write the same letter,
 * and `é` must open on the phone what it closed on the desk.
 */
const whole = z
  .string()
  // Before it is normalized, which takes seconds for a long run of combining marks.
  .max(mostBytes, { error: tooLong, abort: true })
  .normalize('NFKC')
  .refine((text) => Buffer.byteLength(text) <= mostBytes, tooLong)
  .refine((text) => !unstable.test(text), 'without NUL, lone surrogates and characters that Unicode does not know');

/** A password that somebody chooses. Characters are code points; length counts, and no rules of composition. */
export const password = whole
  .min(12, 'at least 12 characters')
  // A pattern, so that the documentation tells it.
  .regex(/^(?!([\s\S])\1+$)/u, 'more than one character repeated');

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

/**
 * Whether a password is the address of its account, or what stands before the @: the first that anybody tries. For the
 * `refine` of a body whose schema has bounded both.
 */
export const isEmail = (text: string, email: string): boolean =>
  [email, email.slice(0, email.lastIndexOf('@'))].some((guess) => folded(guess) === folded(text));

export interface Passwords {
  /** @throws z.ZodError when the text does not fit `password`; HttpProblem 503 when too many wait */
  hash(text: string): Promise<string>;
  /**
   * Takes the same work for an account that does not exist (no hash) as for one that does, whose hash is of the cost in
   * force: one of a lower cost is sooner refused, until a login renews it.
   * @throws HttpProblem 503 when too many wait
   */
  verify(text: string, hash: string | undefined): Promise<boolean>;
  /** Whether the cost has risen since. Ask after a successful `verify`, the one moment when the text is at hand. */
  needsRehash(hash: string): boolean;
}

const busy = (): HttpProblem =>
  new HttpProblem({
    code: 'too_busy',
    status: 503,
    detail: 'Too many passwords are being checked just now. Try again in a moment.',
    headers: { 'retry-after': '5' },
  });

/**
 * Hashes passwords with bcrypt, in the threads of libuv.
 * @param rounds cost as a power of two: `auth.bcryptRounds`
 */
export const createPasswords = (rounds: number): Passwords => {
  // libuv has 4 threads, and DNS and files want some of them. 16 in the queue wait 2 s at a cost of 12, at 230 ms each.
  const limited = concurrencyLimit({ running: 2, waiting: 16, refusal: busy });
  // Well formed, so bcrypt does all of its work; made up, so it costs none to make, and the first stranger waits no longer.
  const nobody = `$2b$${String(rounds).padStart(2, '0')}$${'.'.repeat(53)}`;
  return {
    hash: async (text) => {
      const chosen = password.parse(text);
      return limited(() => hash(chosen, rounds));
    },
    verify: async (text, known) => {
      // Not the rules for a new one: a password from before them still opens.
      const { success, data = '' } = whole.safeParse(text);
      const matches = await limited(() => compare(data, known ?? nobody));
      return matches && success && known !== undefined;
    },
    needsRehash: (known) => getRounds(known) < rounds,
  };
};
