import { Client } from 'pg';

/** One statement that was sent to the database and is over. */
export interface Execution {
  /** As it was sent: values are not in it, unless the caller wrote them there. */
  text: string;
  /** Name of the prepared statement. */
  name: string | undefined;
  milliseconds: number;
  /** Rows returned or changed; undefined when it failed, or was several statements. */
  rows: number | undefined;
  /** Undefined when it succeeded. */
  error: unknown;
}

type Result = { rowCount?: number | null };
type Callback = (error: unknown, result?: Result) => void;
type Send = (this: Client, statement: unknown, values?: unknown, callback?: unknown) => unknown;
interface Statement {
  text: string;
  name?: string;
  callback?: Callback;
}

const send = Client.prototype.query as Send;

/**
 * A client that tells of every statement: the pool makes its connections of the class it is given, and Prisma and the
 * service's own SQL go through them alike. pg publishes nothing of the kind itself.
 * @param observe called before the caller learns of the result; must not throw
 */
export const observedClient = (observe: (execution: Execution) => void): typeof Client =>
  class extends Client {
    #answered = 0;

    // biome-ignore lint/suspicious/noExplicitAny: a promise, nothing or the argument, by the form of the call
    override query(statement: unknown, values?: unknown, callback?: unknown): any {
      // A cursor or a stream lasts as long as its reader takes, which says nothing of the database.
      if (typeof (statement as { submit?: unknown } | null)?.submit === 'function') return send.call(this, statement, values, callback);
      const { text, name, callback: own } = typeof statement === 'string' ? { text: statement } : ((statement ?? {}) as Statement);
      const given = (callback ?? (typeof values === 'function' ? values : own)) as Callback | undefined;
      const sent = performance.now();
      const run = (tell: Callback): unknown =>
        send.call(this, statement, typeof values === 'function' ? undefined : values, (error: unknown, result?: Result) => {
          const now = performance.now();
          // Of statements sent in one burst each begins when the one before it is answered, so that a slow one is told once.
          const milliseconds = now - Math.max(sent, this.#answered);
          this.#answered = now;
          observe({ text, name, milliseconds, rows: result?.rowCount ?? undefined, error: error ?? undefined });
          tell(error, result);
        });
      if (given) return run(given);
      return new Promise((resolve, reject) => {
        run((error, result) => (error ? reject(error) : resolve(result)));
      }).catch((error) => {
        // As pg itself does: a trace that leads to the caller instead of the socket.
        Error.captureStackTrace(error);
        throw error;
      });
    }
  };
