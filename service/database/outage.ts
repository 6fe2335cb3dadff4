/** Errors of Node, of PostgreSQL (SQLSTATE), of Prisma and of its adapter that mean: try again later, nothing is wrong with the request. */
const outages: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH'],
  // Statement ran too long, server going or starting, too many connections, primary became a replica.
  ...['57014', '57P01', '57P02', '57P03', '53300', '25006'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P1018', 'P2024', 'P2028', 'P2037'],
  // All that is left of an error of the socket where the statement was raw: its own code is P2010.
  ...['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TransactionAlreadyClosed'],
]);

// The pool and its clients give these no code.
const messages =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error)/;

/** A replica ended the statement, so that it can go on replaying; or it waited there for what is being replayed. */
const conflicts: ReadonlySet<string> = new Set(['40001', '57014']);

interface Failure {
  message?: string;
  code?: string;
  originalCode?: string;
  kind?: string;
  cause?: unknown;
  errors?: unknown[];
  meta?: { driverAdapterError?: unknown };
}

const reasonAmong = (error: unknown, codes: ReadonlySet<string>, texts?: RegExp): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  const { message = '', code = '', originalCode = '', kind = '', cause, errors, meta } = error as Failure;
  // What lies deeper says more: ECONNREFUSED rather than P1001.
  const deeper = [cause, meta?.driverAdapterError, errors?.[0]].map((inner) => reasonAmong(inner, codes, texts)).find(Boolean);
  return deeper ?? [originalCode, code, kind].find((candidate) => codes.has(candidate)) ?? texts?.exec(message)?.[0];
};

/**
 * Why the database cannot be used just now: a code, or a few words.
 * @returns undefined when the error is of another kind
 */
export const outageReason = (error: unknown): string | undefined => reasonAmong(error, outages, messages);

/** Whether a replica that is well could not answer this one read. */
export const isReplayConflict = (error: unknown): boolean => reasonAmong(error, conflicts) !== undefined;

/** Whether a transaction that only reads was told to write. */
export const isRefusedWrite = (error: unknown): boolean => reasonAmong(error, new Set(['25006'])) !== undefined;

/** Any error in a few words for a log line; what a server says about a login names the role at most. */
export const reasonOf = (error: unknown): string =>
  outageReason(error) ?? (error instanceof Error && error.message ? error.message : String((error as Failure)?.code ?? error));
