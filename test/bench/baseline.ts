import fastify from 'fastify';
import { Pool, type QueryResult } from 'pg';
import { permissions, roles } from '../../service/contract/permissions';
import { burst } from '../../service/database/burst';
import { type Scope, scopeToRead } from '../../service/database/scope';
import type { Statement } from '../../service/database/statement';
import { newestTasks, taskById } from '../../service/modules/tasks/statements';
import { toPage } from '../../service/schemas';

/**
 * What the service is held against: the same answers, by nothing but Fastify and pg. Nobody is asked for a token, nothing is
 * validated, counted, limited or logged.
 */
const { PORT, DATABASE_URL, CALLER = '{}' } = process.env;

const caller: Exclude<Scope, string> = JSON.parse(CALLER);
const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });
const pipelined = new Pool({ connectionString: DATABASE_URL, max: 10, pipeline: true });

/** As it is mostly written: each statement waits for the answer to the one before. */
const inTurn = async ({ name, text, values }: Statement): Promise<QueryResult> => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const scope = scopeToRead(caller);
    await client.query({ name: scope.name, text: scope.text, values: [...scope.values] });
    const result = await client.query({ name, text, values: [...values] });
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
};

const atOnce = async (statement: Statement): Promise<QueryResult> => {
  const [, result] = await burst(pipelined, [scopeToRead(caller), statement]);
  return result as QueryResult;
};

const now = new Date().toISOString();
const task = { id: '', title: 'As long as the title of a task often is', done: false, version: 1, createdAt: now, updatedAt: now };

const app = fastify();

app.get('/', async () => ({ hello: 'world' }));
app.get('/roles', async () => ({ roles, permissions }));
app.get<{ Params: { id: string } }>('/task/:id', async ({ params: { id } }) => ({ ...task, id }));

for (const [path, ask] of [
  ['/in-turn', inTurn],
  ['/at-once', atOnce],
] as const) {
  app.get<{ Params: { id: string } }>(`${path}/:id`, async ({ params }) => (await ask(taskById(caller.organizationId, params.id))).rows[0]);
  app.get(path, async () => toPage((await ask(newestTasks(caller.organizationId, 21))).rows, 20));
}

app.listen({ host: '127.0.0.1', port: Number(PORT) });

process.once('SIGTERM', () => process.exit());
