import { setTimeout as sleep } from 'node:timers/promises';
import type { Work } from '../../../service/database/database';
import { outageReason } from '../../../service/database/outage';
import { createPool } from '../../../service/database/pool';
import { scopeToWrite } from '../../../service/database/scope';
import { openServer, type Server } from '../../../service/database/server';
import type { Statement } from '../../../service/database/statement';
import type { Prisma } from '../../../service/prisma/client/client';
import { configOf } from '../support/app';
import { createNotes, insertNote, type Someone, selectNotes, someone, statement } from '../support/notes';
import { query, type TestDatabase, testDatabase } from '../support/postgres';
import { type FaultyProxy, faultyProxy } from '../support/proxy';

jest.setTimeout(60_000);

let database: TestDatabase;
let server: Server;
beforeAll(async () => {
  database = await testDatabase();
  await createNotes(database.ownerUrl);
});

const open = (url: string, environment: Record<string, string> = {}): Server => {
  const { database: config } = configOf({ DATABASE_URL: url, DATABASE_POOL_MIN: '0', ...environment });
  const pool = createPool(config, 'test', () => {});
  pool.on('error', () => {});
  return openServer(pool, config);
};

beforeEach(() => {
  server = open(database.applicationUrl, { DATABASE_POOL_MAX: '3' });
});
afterEach(() => server.close());

const ask = <Row>(scope: Someone, asked: Statement) => server.query<Row>(scopeToWrite(scope), asked);
const notes = async (scope: Someone) => (await ask<{ text: string }>(scope, selectNotes)).map(({ text }) => text);
const connection = async () => (await ask<{ pid: number }>(someone(), statement('SELECT pg_backend_pid() AS pid')))[0]?.pid;

/** What the socket of the next new connection does, in order. */
const watchSocket = (): string[] => {
  const seen: string[] = [];
  server.pool.once('connect', (client) => {
    const { stream } = client.connection;
    for (const method of ['_write', '_writev'] as const) {
      const original = stream[method] as (...parameters: unknown[]) => void;
      stream[method] = (...parameters: unknown[]) => {
        seen.push('sent');
        original.apply(stream, parameters);
      };
    }
    stream.on('data', () => seen.push('answered'));
  });
  return seen;
};

test('work that goes wrong because its transaction has expired fails as an outage, whatever it made of seeing nothing', async () => {
  const short = open(database.applicationUrl, { DATABASE_STATEMENT_TIMEOUT_MS: '1' });
  const late = short.transaction(scopeToWrite(someone()), async () => {
    await sleep(1_100);
    throw new TypeError('of null');
  });
  await expect(late).rejects.toMatchObject({ code: 'P2028', cause: expect.objectContaining({ message: 'of null' }) });
  await expect(late.catch(outageReason)).resolves.toBe('P2028');
  const soon = short.transaction(scopeToWrite(someone()), () => Promise.reject(new TypeError('of null')));
  await expect(soon).rejects.toThrow('of null');
  await short.close();
});

describe('a statement in a scope', () => {
  it('is sent with all that surrounds it in one write, before any answer', async () => {
    const seen = watchSocket();
    await ask(someone(), selectNotes);
    expect(seen.slice(0, 2)).toEqual(['sent', 'answered']);
    expect(seen.filter((event) => event === 'sent')).toHaveLength(1);
  });

  it('leaves no scope on the connection', async () => {
    const scope = someone();
    await ask(scope, insertNote(scope, 'mine'));
    expect(await notes(scope)).toEqual(['mine']);
    expect((await server.pool.query('SELECT FROM notes')).rowCount).toBe(0);
    expect(server.pool.totalCount).toBe(1);
  });

  it('cannot write rows of another organization', async () => {
    await expect(ask(someone(), insertNote(someone(), 'x'))).rejects.toThrow('violates row-level security policy');
  });

  it('needs an organization that can be one', async () => {
    await expect(notes({ organizationId: 'x', userId: 'ada' })).rejects.toThrow('invalid input syntax for type uuid');
  });

  it.each([
    ['while it is parsed', statement('SELECT nothing FROM notes'), '42703'],
    ['while it runs', statement('SELECT 1 / $1::int', 0), '22012'],
    ['for a value of the wrong type', statement('SELECT $1::uuid', 'x'), '22P02'],
  ])('that fails %s throws its own error each time, and the connection serves on', async (_when, failing, code) => {
    const pid = await connection();
    for (let attempt = 0; attempt < 2; attempt += 1) await expect(ask(someone(), failing)).rejects.toMatchObject({ code });
    expect(await connection()).toBe(pid);
  });

  it('writes nothing when the transaction cannot be committed', async () => {
    await query(database.ownerUrl, 'ALTER TABLE notes ADD CONSTRAINT once UNIQUE (text) DEFERRABLE INITIALLY DEFERRED');
    const scope = someone();
    const twice = { ...insertNote(scope, 'twice'), name: 'twice' };
    await ask(scope, twice);
    await expect(ask(scope, twice)).rejects.toMatchObject({ code: '23505' });
    expect(await notes(scope)).toEqual(['twice']);
    await query(database.ownerUrl, 'ALTER TABLE notes DROP CONSTRAINT once');
  });

  it('with a value that cannot be sent throws, and the statement is as good as before', async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const echo = (value: unknown) => ask(someone(), statement('SELECT $1::jsonb AS value', value));
    await expect(echo(circular)).rejects.toThrow('circular');
    expect(await echo({ a: 1 })).toEqual([{ value: { a: 1 } }]);
  });

  it('works again after the columns of its result have changed', async () => {
    const all = statement('SELECT * FROM notes');
    await ask(someone(), all);
    await query(database.ownerUrl, 'ALTER TABLE notes ADD COLUMN later text');
    await expect(ask(someone(), all)).rejects.toThrow('cached plan must not change result type');
    expect(await ask(someone(), all)).toEqual([]);
  });

  it('gets its own answer among many, some of which fail', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 300 }, (_, index) =>
        ask<{ share: number }>(someone(), statement('SELECT $1::int * 10 / $2::int AS share', index, index % 3)),
      ),
    );
    const expected = (index: number) => (index % 3 === 0 ? 'division by zero' : Math.trunc((index * 10) / (index % 3)));
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value[0]?.share : answer.reason.message))).toEqual(
      answers.map((_, index) => expected(index)),
    );
  });

  it('whose server process dies throws an outage, and its connection is not used again', async () => {
    const failing = statement('SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(10)');
    const error = await ask(someone(), failing).catch((reason: unknown) => reason);
    expect(outageReason(error)).toBe('57P01');
    expect(server.pool.idleCount).toBe(0);
    expect(await notes(someone())).toEqual([]);
  });
});

describe('Prisma on the same connections', () => {
  const texts = async (tx: Prisma.TransactionClient) =>
    (await tx.$queryRaw<{ text: string }[]>`SELECT text FROM notes ORDER BY id`).map(({ text }) => text);
  const insert = (tx: Prisma.TransactionClient, { organizationId }: Someone, text: string) =>
    tx.$executeRaw`INSERT INTO notes (organization_id, text) VALUES (${organizationId}::uuid, ${text})`;
  const within = <T>(scope: Someone, work: Work<T>) => server.transaction(scopeToWrite(scope), work);

  it('runs a transaction in its scope, and leaves none behind', async () => {
    const scope = someone();
    const seen = await within(scope, async (tx) => {
      await insert(tx, scope, 'mine');
      return texts(tx);
    });
    expect(seen).toEqual(['mine']);
    expect(await texts(server.prisma)).toEqual([]);
    expect(await within(someone(), texts)).toEqual([]);
    expect(await notes(scope)).toEqual(['mine']);
  });

  it('undoes all of a transaction that throws, which throws the same', async () => {
    const scope = someone();
    const reason = new Error('changed its mind');
    const attempt = within(scope, async (tx) => {
      await insert(tx, scope, 'mine');
      throw reason;
    });
    await expect(attempt).rejects.toBe(reason);
    expect(await notes(scope)).toEqual([]);
  });

  it('keeps answers apart when statements of a transaction run beside each other', async () => {
    const scope = someone();
    const answers = await within(scope, (tx) =>
      Promise.all(Array.from({ length: 50 }, (_, index) => tx.$queryRaw<[{ index: number }]>`SELECT ${index}::int AS index`)),
    );
    expect(answers.map(([row]) => row.index)).toEqual(answers.map((_, index) => index));
  });

  it('gives the connection back after an error', async () => {
    const pid = await connection();
    await expect(within(someone(), (tx) => tx.$queryRaw`SELECT 1 / 0`)).rejects.toThrow('division by zero');
    expect(await connection()).toBe(pid);
  });

  it('and statements of both kinds, with errors among them, do not disturb each other', async () => {
    const scopes = Array.from({ length: 30 }, someone);
    await Promise.all(
      scopes.flatMap((scope, index) => [
        ask(scope, insertNote(scope, `${index}`)),
        within(scope, (tx) => insert(tx, scope, `${index}`)),
        within(scope, (tx) => tx.$queryRaw`SELECT 1 / 0`).catch(() => {}),
        server.prisma.$queryRaw`SELECT 1 / 0`.catch(() => {}),
      ]),
    );
    expect(await Promise.all(scopes.map(notes))).toEqual(scopes.map((_, index) => [`${index}`, `${index}`]));
    expect(server.pool.waitingCount).toBe(0);
  });

  it('throws an outage when the server process dies within a transaction, whose connection is not used again', async () => {
    const attempt = within(someone(), (tx) => tx.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())::text, pg_sleep(10)::text`);
    expect(outageReason(await attempt.catch((reason: unknown) => reason))).toBeDefined();
    expect(await within(someone(), texts)).toEqual([]);
  });

  it('undoes a transaction that takes too long, and gives its connection back', async () => {
    await server.close();
    server = open(database.applicationUrl, { DATABASE_POOL_MAX: '1', DATABASE_STATEMENT_TIMEOUT_MS: '100' });
    const scope = someone();
    const attempt = within(scope, async (tx) => {
      await insert(tx, scope, 'mine');
      for (;;) await tx.$queryRaw`SELECT pg_sleep(0.02)::text`;
    });
    await expect(attempt).rejects.toMatchObject({ code: 'P2028' });
    expect(await notes(scope)).toEqual([]);
    expect(server.pool.totalCount).toBe(1);
  });

  it('waits for a connection of a full pool no longer than the pool does, and says so', async () => {
    await server.close();
    server = open(database.applicationUrl, { DATABASE_POOL_MAX: '1', DATABASE_CONNECT_TIMEOUT_MS: '200' });
    const busy = await server.pool.connect();
    const error = await within(someone(), texts).catch((reason: unknown) => reason);
    busy.release();
    expect(outageReason(error)).toBe('timeout exceeded when trying to connect');
  });
});

describe('a network that swallows packets', () => {
  let proxy: FaultyProxy;
  beforeEach(async () => {
    await server.close();
    const url = new URL(database.applicationUrl);
    proxy = await faultyProxy(Number(url.port));
    url.port = String(proxy.port);
    server = open(url.href, { DATABASE_STATEMENT_TIMEOUT_MS: '100', DATABASE_CONNECT_TIMEOUT_MS: '1000' });
  });
  afterEach(async () => {
    proxy.become('cut');
    await proxy.close();
  });

  it.each([
    ['a statement', () => notes(someone())],
    ['a transaction', () => server.transaction(scopeToWrite(someone()), (tx) => tx.$queryRaw`SELECT FROM notes`)],
  ])('ends %s with an outage, and its connection is not used again', async (_name, attempt) => {
    await attempt();
    proxy.become('hold');
    expect(outageReason(await attempt().catch((reason: unknown) => reason))).toBe('Query read timeout');
    proxy.become('pass');
    await attempt();
    expect(server.pool.totalCount).toBe(1);
  });
});
