import { migrate } from '../../../service/database/migrations';
import { closeApps, type TestApp, testApp } from '../support/app';
import { createNotes, insertNote, type Someone, selectNotes, someone, statement } from '../support/notes';
import { query } from '../support/postgres';
import { faultyProxy } from '../support/proxy';
import { appWithReplica, readNotes, readsReplica, transactsOnReplica, writeNote } from '../support/reader';
import { type ReplicatedDatabase, replicatedDatabase } from '../support/replica';
import { until } from '../support/until';

jest.setTimeout(60_000);

let servers: ReplicatedDatabase;
beforeAll(async () => {
  servers = await replicatedDatabase();
  await migrate({ url: servers.primary.ownerUrl, applicationRole: 'counterpart_app' });
  await createNotes(servers.primary.ownerUrl);
  await query(servers.primary.ownerUrl, 'CREATE TABLE doomed (); GRANT SELECT ON doomed TO counterpart_app');
  await servers.resume();
});
afterEach(closeApps);
afterAll(() => servers.close());

const start = (environment?: Record<string, string>): Promise<TestApp> => appWithReplica(servers, environment);

describe('a reader with a replica', () => {
  it('reads there, in a statement and in a transaction', async () => {
    const service = await start();
    expect(await readsReplica(service, someone())).toBe(true);
    expect(await transactsOnReplica(service, someone())).toBe(true);
    expect(await readsReplica(service, 'identity')).toBe(true);
    expect(await transactsOnReplica(service, 'identity')).toBe(true);
  });

  it('shows rows of the scope only', async () => {
    const service = await start();
    const scope = someone();
    await writeNote(service, scope, 'mine');
    await until(() => readsReplica(service, scope));
    expect(await readNotes(service, scope)).toEqual(['mine']);
    expect(await readNotes(service, someone())).toEqual([]);
    expect(await readNotes(service, 'identity')).toEqual([]);
  });

  it.each([
    ['a statement', ({ app }: TestApp, scope: Someone) => app.db.reader.query(scope, insertNote(scope, 'x'))],
    [
      'a transaction',
      ({ app }: TestApp, scope: Someone) =>
        app.db.reader.transaction(
          scope,
          (tx) => tx.$executeRaw`INSERT INTO notes (organization_id, text) VALUES (${scope.organizationId}::uuid, 'x')`,
        ),
    ],
  ])('refuses to write in %s, and does not take that for an outage', async (_name, attempt) => {
    const service = await start();
    await expect(attempt(service, someone())).rejects.toThrow('read-only transaction');
    expect(await readsReplica(service, someone())).toBe(true);
  });

  it('is told apart from the primary by the name of its connections', async () => {
    const { app } = await start();
    const name = statement(`SELECT current_setting('application_name') AS name`);
    const [reader] = await app.db.reader.query<{ name: string }>(someone(), name);
    const [primary] = await app.db.query<{ name: string }>(someone(), name);
    expect(reader?.name).toBe(`${primary?.name}-reader`);
  });

  it('throws what the work throws, and does not run it again', async () => {
    const { app } = await start();
    const work = jest.fn(() => Promise.reject(new Error('changed its mind')));
    await expect(app.db.reader.transaction(someone(), work)).rejects.toThrow('changed its mind');
    expect(work).toHaveBeenCalledTimes(1);
  });

  const slow = 'SELECT pg_sleep(30)::text FROM doomed';
  it.each([
    ['a statement', ({ app }: TestApp) => app.db.reader.query(someone(), statement(slow))],
    ['a transaction', ({ app }: TestApp) => app.db.reader.transaction(someone(), (tx) => tx.$queryRawUnsafe(slow))],
  ])('reads from the primary what the replica had to interrupt in %s, and goes on with the replica', async (_name, attempt) => {
    const service = await start();
    await query(servers.primary.ownerUrl, 'INSERT INTO doomed DEFAULT VALUES');
    await servers.resume();
    const interrupted = attempt(service);
    const running = `SELECT FROM pg_stat_activity WHERE state = 'active' AND query = '${slow}'`;
    await until(async () => (await query(servers.replicaUrl, running)).length > 0);
    await query(servers.primary.ownerUrl, 'TRUNCATE doomed');
    expect(await interrupted).toEqual([]);
    expect(await readsReplica(service, someone())).toBe(true);
  });
});

describe('a replica that goes away', () => {
  afterEach(() => servers.startReplica());

  it('is missed by nobody, told once, shown in readiness, and used again when it is back', async () => {
    const service = await start();
    const scope = someone();
    await writeNote(service, scope, 'kept');
    await until(() => readsReplica(service, scope));
    const ready = async () => {
      const response = await service.app.inject({ url: '/health/ready' });
      return [response.statusCode, response.json().checks];
    };
    const becomes = (result: string) => until(async () => (await ready())[1].reader === result);
    expect(await ready()).toEqual([200, { database: 'OK', reader: 'OK' }]);

    await servers.stopReplica();
    expect(await Promise.all(Array.from({ length: 20 }, () => readNotes(service, scope)))).toEqual(Array(20).fill(['kept']));
    expect(await transactsOnReplica(service, scope)).toBe(false);
    await becomes('FAILED');
    expect(await ready()).toEqual([200, { database: 'OK', reader: 'FAILED' }]);

    await servers.startReplica();
    await until(() => readsReplica(service, scope));
    await becomes('OK');
    const told = service.lines.map(({ msg }) => msg).filter((line) => /replica (connected|unreachable|recovered)/.test(String(line)));
    expect(told).toEqual(['database replica connected', 'database replica unreachable', 'database replica recovered']);
    expect(JSON.stringify(service.lines)).not.toContain(new URL(servers.replicaUrl).password);
  });

  it('in the middle of a transaction has all of it read again on the primary', async () => {
    const { app } = await start();
    const seen: boolean[] = [];
    await app.db.reader.transaction(someone(), async (tx) => {
      const [row] = await tx.$queryRaw<[{ replica: boolean }]>`SELECT pg_is_in_recovery() AS replica`;
      seen.push(row.replica);
      if (row.replica) await servers.stopReplica();
      await tx.$queryRaw`SELECT 1`;
    });
    expect(seen).toEqual([true, false]);
  });

  it('is no reason not to start', async () => {
    await servers.stopReplica();
    const service = await start();
    expect(await readsReplica(service, someone())).toBe(false);
    expect(await transactsOnReplica(service, someone())).toBe(false);
  });
});

test('a replica behind a network that swallows packets costs the reads under way their time, and the next ones none', async () => {
  const url = new URL(servers.replicaUrl);
  const proxy = await faultyProxy(Number(url.port));
  url.port = String(proxy.port);
  const service = await start({
    DATABASE_REPLICA_URL: url.href,
    DATABASE_STATEMENT_TIMEOUT_MS: '200',
    DATABASE_CONNECT_TIMEOUT_MS: '1000',
  });
  expect(await readsReplica(service, someone())).toBe(true);
  proxy.become('hold');
  expect(await readsReplica(service, someone())).toBe(false);
  const asked = jest.spyOn(service.app.db.pools[1]?.pool as never, 'connect');
  expect(await readsReplica(service, someone())).toBe(false);
  expect(asked).not.toHaveBeenCalled();
  proxy.become('pass');
  await until(() => readsReplica(service, someone()));
  proxy.become('cut');
  await closeApps();
  await proxy.close();
});

test('without a replica, the reader is the primary, and reads only', async () => {
  const service = await testApp({ DATABASE_URL: servers.primary.applicationUrl });
  expect(await readsReplica(service, someone())).toBe(false);
  expect(await transactsOnReplica(service, someone())).toBe(false);
  const scope = someone();
  await expect(service.app.db.reader.query(scope, insertNote(scope, 'x'))).rejects.toThrow('read-only transaction');
  expect(service.app.db.checkReader).toBeUndefined();
  expect(service.app.db.pools.map(({ name }) => name)).toEqual(['primary']);
});

test('nothing can be asked without a scope', async () => {
  const { app } = await start();
  const wrong = [
    // @ts-expect-error: a statement alone
    () => app.db.query(selectNotes),
    // @ts-expect-error: half a scope
    () => app.db.reader.query({ organizationId: someone().organizationId }, selectNotes),
    // @ts-expect-error: a realm that does not exist
    () => app.db.transaction('everything', async () => {}),
  ];
  expect(wrong).toHaveLength(3);
});
