import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { outageReason, reasonOf } from './outage';

/** Not there yet, against wrong for good: a refused password or an unknown database is not waited for. */
const isPassing = (error: unknown): boolean =>
  // A single client words its timeout otherwise than the pool does.
  outageReason(error) !== undefined || (error instanceof Error && error.message === 'timeout expired');

/** Between two tries, in milliseconds. */
const pause = 500;

interface WaitOptions {
  url: string;
  /** Longest wait, in milliseconds. */
  timeout: number;
  /** Told once, when there is something to wait for. */
  log: (line: string) => void;
}

/** @throws Error when the database does not answer in time, or refuses us */
export const waitForDatabase = async ({ url, timeout, log }: WaitOptions): Promise<void> => {
  const end = Date.now() + timeout;
  const { host } = new URL(url);
  for (let attempt = 1; ; attempt += 1) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: Math.max(pause, Math.min(5_000, end - Date.now())) });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('SELECT 1');
      return;
    } catch (error) {
      if (!isPassing(error)) throw new Error(`The database on ${host} refused the connection: ${reasonOf(error)}`);
      if (Date.now() + pause > end) throw new Error(`The database on ${host} did not answer within ${timeout} ms: ${reasonOf(error)}`);
      if (attempt === 1) log(`waiting up to ${timeout} ms for the database on ${host}: ${reasonOf(error)}`);
      await sleep(pause);
    } finally {
      await client.end().catch(() => {});
    }
  }
};
