/** Errors of Node, of PostgreSQL (SQLSTATE) and of Prisma that mean: try again later, nothing is wrong with the request. */
const codes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH'],
  // Statement ran too long, server going or starting, too many connections, primary became a replica.
  ...['57014', '57P01', '57P02', '57P03', '53300', '25006'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'],
]);

// The pool and its clients give these no code.
const messages =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error)/;

interface Failure {
  message?: string;
  code?: string;
  originalCode?: string;
  kind?: string;
  cause?: unknown;
  errors?: unknown[];
  meta?: { driverAdapterError?: unknown };
}

/**
 * Why the database cannot be used just now: a code, or a few words.
 * @returns undefined when the error is of another kind
 */
export const outageReason = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  const { message = '', code = '', originalCode = '', cause, errors, meta } = error as Failure;
  // What lies deeper says more: ECONNREFUSED rather than P1001.
  const deeper = outageReason(cause) ?? outageReason(meta?.driverAdapterError) ?? outageReason(errors?.[0]);
  return deeper ?? [originalCode, code].find((candidate) => codes.has(candidate)) ?? messages.exec(message)?.[0];
};

/** Any error in a few words for a log line; what a server says about a login names the role at most. */
export const reasonOf = (error: unknown): string =>
  outageReason(error) ?? (error instanceof Error && error.message ? error.message : String((error as Failure)?.code ?? error));
