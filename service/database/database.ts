import type { Pool } from 'pg';
import type { Prisma } from '../prisma/client/client';
import type { Execution } from './observed-client';
import type { Scope } from './scope';
import type { Statement } from './statement';

export type Transaction = Prisma.TransactionClient;

export type Work<T> = (tx: Transaction) => Promise<T>;

export interface Access {
  /** Refuses to write, and spares what a write costs when there is a replica (see `ScopedReader`). @default false */
  readonly readOnly?: boolean;
}

/**
 * The only way to rows: each call is one transaction whose first statement says on whose behalf, so no statement runs
 * without a scope.
 */
export interface ScopedDatabase {
  /** Rows of one statement that only reads. Everything is sent at once: one round trip. */
  query<Row>(scope: Scope, statement: Statement): Promise<Row[]>;
  /**
   * Several statements through Prisma.
   * @throws what `work` throws, after a rollback
   */
  transaction<T>(scope: Scope, work: Work<T>, access?: Access): Promise<T>;
}

/**
 * Reads on the replica where there is one, else on the primary. Whatever keeps the replica from answering (away, a
 * conflict with what it replays) sends the read to the primary; `work` may therefore run twice, and should do nothing but read.
 *
 * Promised: for 30 seconds after a write through `ScopedDatabase` has resolved, reads of the same scope (the same
 * organization, or `identity`) see it, whichever process of the service they come to. What the processes know of each
 * other goes through Redis; while it cannot be asked, they read from the primary.
 *
 * Not promised: that reads of another scope see the write; that two reads in a row never go back in time, when the first saw
 * somebody else's write on the primary; anything about a write that was not made through `ScopedDatabase`. When Redis loses what it
 * was told (a restart, a failover), or is not there when it should be told, only the process that wrote still knows. Without Redis,
 * each process knows of its own writes only. A replica more than 30 seconds behind shows old rows thereafter.
 */
export interface ScopedReader {
  query<Row>(scope: Scope, statement: Statement): Promise<Row[]>;
  transaction<T>(scope: Scope, work: Work<T>): Promise<T>;
}

export interface NamedPool {
  /** Label of its metrics. */
  readonly name: 'primary' | 'reader';
  readonly pool: Pool;
}

export type ExecutionObserver = (pool: NamedPool['name'], execution: Execution) => void;

export interface Database extends ScopedDatabase {
  readonly reader: ScopedReader;
  /** That of the primary. */
  readonly pool: Pool;
  /** Every pool, for what measures them. */
  readonly pools: readonly NamedPool[];
  /** From now on the observer is told of every statement of every pool; it must not throw. */
  observe(observer: ExecutionObserver): void;
  /** Resolves when the primary answers a statement; rejects with the reason when it does not. */
  check(): Promise<void>;
  /** The same of the replica. @default - there is none */
  readonly checkReader?: () => Promise<void>;
}
