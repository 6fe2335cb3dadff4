import type { ScopedDatabase, ScopedReader } from './database';
import { type Scope, scopeToRead, scopeToWrite } from './scope';
import type { Server } from './server';

/** @param committed told of each transaction that may have written, before its caller is */
export const primaryDatabase = (server: Server, committed?: (scope: Scope) => Promise<void>): ScopedDatabase => ({
  query: (scope, statement) => server.query(scopeToRead(scope), statement),
  transaction: async (scope, work, { readOnly = false } = {}) => {
    if (readOnly) return server.transaction(scopeToRead(scope), work);
    const result = await server.transaction(scopeToWrite(scope), work);
    await committed?.(scope);
    return result;
  },
});

/** Where there is no replica. */
export const readerOf = ({ query, transaction }: ScopedDatabase): ScopedReader => ({
  query,
  transaction: (scope, work) => transaction(scope, work, { readOnly: true }),
});
