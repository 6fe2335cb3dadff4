import { closeApps, type TestApp } from '../support/app';
import { createNotes, type Someone, selectNotes, someone } from '../support/notes';
import { appWithReplica, readNotes, readsReplica, transactsOnReplica, writeNote } from '../support/reader';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';
import { type ReplicatedDatabase, replicatedDatabase } from '../support/replica';
import { until } from '../support/until';

jest.setTimeout(60_000);

let servers: ReplicatedDatabase;
beforeAll(async () => {
  servers = await replicatedDatabase();
  await createNotes(servers.primary.ownerUrl);
  await servers.resume();
});
beforeEach(() => servers.pause());
afterEach(async () => {
  await closeApps();
  await servers.resume();
});
afterAll(() => servers.close());

const start = (environment?: Record<string, string>): Promise<TestApp> => appWithReplica(servers, environment);

/** Puts the replica behind the primary, in a scope of which nothing is asked. */
const moveOn = (service: TestApp): Promise<void> => writeNote(service, someone(), 'somebody else’s');

describe('while the replica is behind', () => {
  it.each([
    ['a statement', writeNote],
    [
      'a transaction',
      async ({ app }: TestApp, scope: Someone, text: string) => {
        await app.db.transaction(
          scope,
          (tx) => tx.$executeRaw`INSERT INTO notes (organization_id, text) VALUES (${scope.organizationId}::uuid, ${text})`,
        );
      },
    ],
  ])('an organization sees what it wrote in %s; others read the replica, and so does it later', async (_name, write) => {
    const service = await start();
    const scope = someone();
    await write(service, scope, 'new');
    expect(await readNotes(service, scope)).toEqual(['new']);
    expect(await readsReplica(service, scope)).toBe(false);
    expect(await transactsOnReplica(service, scope)).toBe(false);
    expect(await readsReplica(service, someone())).toBe(true);
    expect(await transactsOnReplica(service, someone())).toBe(true);
    await servers.resume();
    expect(await readsReplica(service, scope)).toBe(true);
    expect(await readNotes(service, scope)).toEqual(['new']);
  });

  it('work never sees rows that are too old', async () => {
    const service = await start();
    const { app } = service;
    const scope = someone();
    await writeNote(service, scope, 'new');
    const work = jest.fn(async (tx) => tx.$queryRawUnsafe(selectNotes.text));
    expect(await app.db.reader.transaction(scope, work)).toEqual([{ text: 'new' }]);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('identity sees what it wrote', async () => {
    const service = await start();
    await moveOn(service);
    expect(await readsReplica(service, 'identity')).toBe(true);
    await service.app.db.transaction('identity', (tx) => tx.$queryRaw`SELECT 1`);
    expect(await readsReplica(service, 'identity')).toBe(false);
  });

  it.each([
    ['only read', ({ app }: TestApp, scope: Someone) => app.db.query(scope, selectNotes)],
    [
      'said to read only, in a transaction',
      ({ app }: TestApp, scope: Someone) => app.db.transaction(scope, (tx) => tx.$queryRaw`SELECT 1`, { readOnly: true }),
    ],
    ['failed', ({ app }: TestApp, scope: Someone) => app.db.transaction(scope, (tx) => tx.$queryRaw`SELECT 1 / 0`).catch(() => {})],
  ])('a write that was none because it %s sends nobody to the primary', async (_why, attempt) => {
    const service = await start();
    const scope = someone();
    await moveOn(service);
    await attempt(service, scope);
    expect(await readsReplica(service, scope)).toBe(true);
  });

  it('a write whose place in the log cannot be learned is read from the primary', async () => {
    const service = await start();
    const scope = someone();
    await writeNote(service, scope, 'before');
    jest.spyOn(service.app.db.pool, 'query').mockImplementation(() => Promise.reject(new Error('Connection terminated')));
    await writeNote(service, scope, 'after');
    jest.restoreAllMocks();
    await servers.resume();
    expect(await readsReplica(service, scope)).toBe(false);
    expect(await readNotes(service, scope)).toEqual(['before', 'after']);
  });
});

(hasRedis ? describe : describe.skip)('instances that share Redis', () => {
  let redis: TestRedis;
  let services: readonly [TestApp, TestApp];

  const connected = ({ app }: TestApp) => until(async () => app.redis?.status === 'ready');

  beforeEach(async () => {
    redis = await testRedis();
    services = [await start({ REDIS_URL: redis.url }), await start({ REDIS_URL: redis.url })];
    await Promise.all(services.map(connected));
  });
  afterEach(async () => {
    await closeApps();
    await redis.stop();
  });

  it('see each other’s writes', async () => {
    const [writer, reader] = services;
    const scope = someone();
    await moveOn(writer);
    expect(await readsReplica(reader, scope)).toBe(true);
    await writeNote(writer, scope, 'new');
    expect(await readNotes(reader, scope)).toEqual(['new']);
    expect(await transactsOnReplica(reader, scope)).toBe(false);
    await servers.resume();
    expect(await readsReplica(reader, scope)).toBe(true);
  });

  it('read from the primary while it cannot be asked, and from the replica again afterwards', async () => {
    const [service] = services;
    await redis.stop();
    expect(await readsReplica(service, someone())).toBe(false);
    expect(await transactsOnReplica(service, someone())).toBe(false);
    await redis.start();
    await connected(service);
    expect(await readsReplica(service, someone())).toBe(true);
  });

  it('know their own writes even if it lost them', async () => {
    const [service] = services;
    const scope = someone();
    await writeNote(service, scope, 'new');
    await redis.stop();
    await redis.start();
    await connected(service);
    expect(await readNotes(service, scope)).toEqual(['new']);
  });
});
