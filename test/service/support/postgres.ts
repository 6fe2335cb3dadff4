import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { sharedServer } from './shared-server';

export interface TestDatabase {
  /** Role that owns database and schema. */
  ownerUrl: string;
  /** Role of the API. */
  applicationUrl: string;
}

/** Runs statements on a connection of their own. */
export const query = async <Row extends object>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
};

const onDatabase = (url: string, name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).toString();

const create = async (template: string): Promise<TestDatabase> => {
  const { superuserUrl, ownerUrl, applicationUrl } = sharedServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(superuserUrl, `CREATE DATABASE ${name} TEMPLATE ${template} OWNER counterpart_owner`);
  // The one thing that a copy leaves out.
  await query(superuserUrl, `REVOKE ALL ON DATABASE ${name} FROM PUBLIC; GRANT CONNECT ON DATABASE ${name} TO counterpart_app`);
  return { ownerUrl: onDatabase(ownerUrl, name), applicationUrl: onDatabase(applicationUrl, name) };
};

/** A migrated database of the suite's own; it goes with the server. */
export const testDatabase = (): Promise<TestDatabase> => create('counterpart');

/** One without any table. */
export const emptyDatabase = (): Promise<TestDatabase> => create('template1');
