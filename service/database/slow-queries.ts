import type { FastifyBaseLogger } from 'fastify';
import type { Execution } from './observed-client';
import { outageReason } from './outage';
import { statementText } from './statement-text';

/** SQLSTATE or a few words; never the server's message, which may repeat a value. */
const reasonFor = (error: unknown): string => outageReason(error) ?? (error as { code?: string }).code ?? 'failed';

/** One line for each statement that took longer than so many milliseconds, whether it succeeded or not. */
export const slowQueryLog =
  (log: FastifyBaseLogger, threshold: number) =>
  (pool: string, { text, name, milliseconds, rows, error }: Execution): void => {
    if (milliseconds <= threshold) return;
    const reason = error === undefined ? undefined : reasonFor(error);
    log.warn({ pool, ms: Math.round(milliseconds), statement: statementText(text), name, rows, reason }, 'slow query');
  };
