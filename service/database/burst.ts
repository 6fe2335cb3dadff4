import { DatabaseError, type Pool, type QueryResult } from 'pg';
import type { Statement } from './statement';

const ignore = (): void => {};

/**
 * Whether the connection is as before once the transaction is over. Not after anything that the server did not report itself,
 * nor when its columns changed since a statement was prepared, which would fail on this connection for ever.
 */
const leavesConnection = (failure: unknown): boolean => failure instanceof DatabaseError && failure.code !== '0A000';

/**
 * One transaction of statements that do not wait for each other's answers, in one write: one round trip.
 * @returns their results, in order
 * @throws the first error; whatever came after it failed because of it
 */
export const burst = async (pool: Pool, statements: readonly Statement[]): Promise<QueryResult[]> => {
  const client = await pool.connect();
  // A connection that breaks rejects what is under way, too; unheard, the event would end the process.
  client.on('error', ignore);
  const { stream } = client.connection;
  // The client gathers the messages of one statement only.
  stream.cork();
  const sent = [
    client.query('BEGIN'),
    ...statements.map(({ name, text, values }) => client.query({ name, text, values: values as unknown[] })),
    // After an error it answers ROLLBACK, and the connection is as good as new.
    client.query('COMMIT'),
  ];
  stream.uncork();
  const outcomes = await Promise.allSettled(sent);
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
  const sound = client.getTransactionStatus() === 'I' && failures.every(leavesConnection);
  client.release(!sound);
  client.removeListener('error', ignore);
  if (failures.length > 0) throw failures[0];
  return outcomes.slice(1, -1).map((outcome) => (outcome as PromiseFulfilledResult<QueryResult>).value);
};
