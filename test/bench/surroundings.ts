import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../service/database/migrations';
import { seed, seededEmail } from '../../service/development/seed';
import { startEmbeddedPostgres } from '../../service/embedded/postgres';
import { hasRedis, testRedis } from '../service/support/redis';

/** Who asks: an owner that the seed made. */
export const account = { email: seededEmail, password: 'a password of the benchmark' };

export interface Caller {
  userId: string;
  organizationId: string;
}

const addTasks = `INSERT INTO tasks (organization_id, title)
  SELECT id, 'Task ' || number FROM organizations, generate_series(1, 1000) AS number`;

/** A thousand tasks in each of five organizations. */
const fill = async (url: string): Promise<{ caller: Caller; taskIds: string[] }> => {
  await seed({ url, password: account.password, rounds: 10 });
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`INSERT INTO organizations (name) SELECT 'Other ' || number FROM generate_series(1, 4) AS number`);
    await client.query(addTasks);
    await client.query('ANALYZE');
    const { rows } = await client.query<Caller>(
      'SELECT user_id AS "userId", organization_id AS "organizationId" FROM memberships JOIN users ON users.id = user_id WHERE email = $1',
      [account.email],
    );
    const caller = rows[0] as Caller;
    const tasks = await client.query<{ id: string }>('SELECT id FROM tasks WHERE organization_id = $1 LIMIT 50', [caller.organizationId]);
    return { caller, taskIds: tasks.rows.map(({ id }) => id) };
  } finally {
    await client.end();
  }
};

export interface Surroundings {
  databaseUrl: string;
  /** Undefined without redis-server on PATH. */
  redisUrl?: string;
  caller: Caller;
  /** Of the caller's organization. */
  taskIds: readonly string[];
  folder: string;
  stop(): Promise<void>;
}

/** A real PostgreSQL with rows of several organizations, and a real Redis. */
export const startSurroundings = async (): Promise<Surroundings> => {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-bench-'));
  const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: false });
  const redis = hasRedis ? await testRedis() : undefined;
  const stop = async (): Promise<void> => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
    await redis?.stop();
  };
  try {
    await migrate({ url: postgres.ownerUrl, applicationRole: 'counterpart_app' });
    return { databaseUrl: postgres.applicationUrl, redisUrl: redis?.url, ...(await fill(postgres.ownerUrl)), folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
