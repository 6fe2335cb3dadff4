import plugin from 'fastify-plugin';
import { Counter, Gauge } from 'prom-client';
import { metrics as contract } from '../contract/metrics';
import { createInsight } from '../database/insight/insight';
import { questions, statements } from '../database/insight/questions';
import { samplesIn } from '../database/insight/samples';
import { withTexts } from '../database/insight/statement-texts';
import { componentLog } from '../logging';
import { declared } from './metrics';

const exported = [
  'pg_stat_statements_calls_total',
  'pg_stat_statements_seconds_total',
  'pg_stat_statements_mean_seconds',
  'pg_stat_statements_rows_total',
  'db_table_sequential_scans_total',
  'db_table_index_scans_total',
  'db_table_live_rows',
  'db_table_index_missing',
  'db_index_scans_total',
  'db_index_size_bytes',
  'db_index_unused',
  'db_foreign_key_index_missing',
] as const;

/** Where time goes in the database, and which indexes lack or are for nothing. */
export const databaseInsight = plugin(
  async (app) => {
    const { enabled, performance: wanted } = app.config.metrics;
    if (!enabled || !wanted) return;
    const log = componentLog(app.log, 'database');
    const isTold = ['debug', 'trace'].includes(app.config.server.logger.level);
    const insight = createInsight({
      pool: app.db.pool,
      questions: isTold ? questions.map((question) => (question === statements ? withTexts(question, log) : question)) : questions,
      log,
      keptFor: 60_000,
    });
    for (const name of exported) {
      if (contract[name].kind === 'counter') {
        new Counter({
          ...declared(app.metrics, name),
          collect() {
            this.reset();
            for (const { labels, value } of samplesIn(insight.current(), name)) this.inc(labels, value);
          },
        });
      } else {
        new Gauge({
          ...declared(app.metrics, name),
          collect() {
            this.reset();
            for (const { labels, value } of samplesIn(insight.current(), name)) this.set(labels, value);
          },
        });
      }
    }
    // Runs before the hook that ends the pool, which then has no statement under way.
    app.addHook('onClose', () => insight.close());
  },
  { name: 'database-insight', dependencies: ['database', 'metrics'] },
);
