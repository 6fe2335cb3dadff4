import type { FastifyBaseLogger } from 'fastify';
import { statementText } from '../statement-text';
import { type Question, statementsSource } from './questions';

/** Tells the text of each statement that enters the list: a metric has its id only. */
export const withTexts = (statements: Question, log: FastifyBaseLogger): Question => {
  let known = new Set<string>();
  return {
    ...statements,
    read: async (ask) => {
      const rows = await statements.read(ask);
      const ids = rows.map(({ queryid }) => String(queryid));
      const entered = ids.filter((id) => !known.has(id));
      if (entered.length === 0) return rows;
      const source = await statementsSource(ask);
      // Whole numbers, so they need no quoting.
      const texts = await ask(
        `SELECT queryid::text AS queryid, min(query) AS query FROM ${source} WHERE queryid IN (${entered}) GROUP BY queryid`,
      );
      known = new Set(ids);
      for (const { queryid, query } of texts) {
        // Already normalized, but for utility statements such as ALTER ROLE … PASSWORD.
        log.debug({ queryid, statement: statementText(String(query)) }, 'statement among those that take most time');
      }
      return rows;
    },
  };
};
