import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { cached } from '../../../service/cache/cached';
import { memoryStores } from '../../../service/cache/memory';
import { redisStores } from '../../../service/cache/redis-store';
import type { Store, Stores } from '../../../service/cache/store';
import { controlled, readyRedis } from '../support/cache';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';

interface Row {
  title: string;
}

const [old, current] = [{ title: 'old' }, { title: 'current' }];

/** One replica: what it reads from the database the test says, load by load. */
const replicaOver = (store: Store, lifetime = 300) => {
  const loads: ReturnType<typeof controlled<Row | null>>[] = [];
  const reads = { hit: 0, miss: 0 };
  const load = (): Promise<Row | null> => {
    const next = controlled<Row | null>();
    loads.push(next);
    return next.promise;
  };
  const row = cached<Row | null, void>({ kind: 'default', name: 'row', load }, store, lifetime, reads);
  return {
    row,
    reads,
    /** The load of that number, as soon as it has begun. */
    load: async (number: number) => {
      while (!loads[number]) await sleep(1);
      return loads[number];
    },
    loads: () => loads.length,
  };
};

const testStore = (stores: () => Stores) => {
  test('100 reads at once that find nothing wait for one load, and each gets a copy of its own', async () => {
    const { row, reads, load, loads } = replicaOver(stores().of('row'));
    const all = Array.from({ length: 100 }, () => row.get('crowd'));
    while (reads.miss < 100) await sleep(1);
    (await load(0)).resolve(current);
    const rows = await Promise.all(all);
    expect(loads()).toBe(1);
    (rows[0] as Row).title = 'mine';
    expect(rows.slice(1)).toEqual(Array(99).fill(current));
    expect([await row.get('crowd'), reads]).toEqual([current, { hit: 1, miss: 100 }]);
  });

  test('a reader that was under way does not bring back what a writer replaced', async () => {
    const { row, load, loads } = replicaOver(stores().of('row'));
    const slow = row.get('replaced');
    const first = await load(0);
    await row.put('replaced', current);
    expect(await row.get('replaced')).toEqual(current);
    first.resolve(old);
    expect(await slow).toEqual(old);
    expect([await row.get('replaced'), loads()]).toEqual([current, 1]);
  });

  test('nor what was removed, which then is known to be absent', async () => {
    const { row, load, loads } = replicaOver(stores().of('row'));
    const slow = row.get('removed');
    const first = await load(0);
    await row.put('removed', null);
    first.resolve(old);
    await slow;
    expect([await row.get('removed'), loads()]).toEqual([null, 1]);
  });

  test('nor what was forgotten: reads that follow share a load that began after it', async () => {
    const { row, reads, load, loads } = replicaOver(stores().of('row'));
    const slow = row.get('forgotten');
    const first = await load(0);
    await row.forget('forgotten');
    const later = Array.from({ length: 10 }, () => row.get('forgotten'));
    while (reads.miss < 11) await sleep(1);
    (await load(1)).resolve(current);
    expect(await Promise.all(later)).toEqual(Array(10).fill(current));
    first.resolve(old);
    await slow;
    const last = row.get('forgotten');
    (await load(2)).resolve(current);
    expect([await last, loads()]).toEqual([current, 3]);
  });

  test('forgotten twice, a read does not join a load from between', async () => {
    const { row, load } = replicaOver(stores().of('row'));
    await row.forget('twice');
    const slow = row.get('twice');
    const first = await load(0);
    await row.forget('twice');
    const later = row.get('twice');
    (await load(1)).resolve(current);
    expect(await later).toEqual(current);
    first.resolve(old);
    expect(await slow).toEqual(old);
  });

  test('a load that fails fails for all who wait, leaves what a writer put, and is tried again', async () => {
    const { row, reads, load } = replicaOver(stores().of('row'));
    const both = [row.get('failing'), row.get('failing')].map((read) => read.catch((error: Error) => error.message));
    while (reads.miss < 2) await sleep(1);
    const first = await load(0);
    await row.put('failing', current);
    first.reject(new Error('database away'));
    expect(await Promise.all(both)).toEqual(['database away', 'database away']);
    expect(await row.get('failing')).toEqual(current);

    const failed = row.get('failing-still').catch((error: Error) => error.message);
    (await load(1)).reject(new Error('database away'));
    expect(await failed).toBe('database away');
    const next = row.get('failing-still');
    (await load(2)).resolve(current);
    expect(await next).toEqual(current);
  });

  test('a null that was loaded is not kept: only a writer knows that nothing will come', async () => {
    const { row, load } = replicaOver(stores().of('row'));
    for (const number of [0, 1]) {
      const absent = row.get('absent');
      (await load(number)).resolve(null);
      expect(await absent).toBeNull();
    }
  });

  test('a value ends with its lifetime', async () => {
    const { row, load } = replicaOver(stores().of('row'), 1);
    await row.put('short', old);
    const store = stores().of('row');
    while ((await store.get('short')) !== undefined) await sleep(50);
    const next = row.get('short');
    (await load(0)).resolve(current);
    expect(await next).toEqual(current);
  });

  test('the same key under another name is another value', async () => {
    const [one, two] = [replicaOver(stores().of('row')), replicaOver(stores().of('row-list'))];
    await one.row.put('same', old);
    await two.row.put('same', current);
    expect([await one.row.get('same'), await two.row.get('same')]).toEqual([old, current]);
  });
};

describe('in memory', () => {
  const stores = memoryStores({ max: 100, checkperiod: 60 });
  afterAll(() => stores.close());
  testStore(() => stores);

  test('the least used value makes room', async () => {
    const small = memoryStores({ max: 2, checkperiod: 0 });
    const store = small.of('row');
    for (const key of ['a', 'b', 'c']) await store.put(key, key, 300);
    expect([await store.get('a'), await store.get('b'), await store.get('c')]).toEqual([undefined, 'b', 'c']);
    await small.close();
  });

  test('large values make room as well, however few they are', async () => {
    const few = memoryStores({ max: 1_000, checkperiod: 0 });
    const store = few.of('row');
    const large = 'x'.repeat(262_144);
    for (let key = 0; key < 200; key += 1) await store.put(String(key), large, 300);
    expect([await store.get('0'), await store.get('199')]).toEqual([undefined, large]);
    await few.close();
  });
});

(hasRedis ? describe : describe.skip)('in Redis', () => {
  let server: TestRedis;
  const redis: (Redis | Cluster)[] = [];
  const all: Stores[] = [];

  beforeAll(async () => {
    server = await testRedis();
    for (const _replica of [1, 2]) redis.push(await readyRedis({ REDIS_URL: server.url }));
    all.push(...redis.map((connection) => redisStores(connection, 'api:')));
  });
  afterAll(async () => {
    for (const stores of all) await stores.close();
    await server.stop();
  });

  testStore(() => all[0] as Stores);

  const twoReplicas = () =>
    all.map((stores) => replicaOver(stores.of('row'))) as [ReturnType<typeof replicaOver>, ReturnType<typeof replicaOver>];

  test("a read does not wait for its replica's load when another replica has written since", async () => {
    const [here, there] = twoReplicas();
    const slow = here.row.get('elsewhere');
    const first = await here.load(0);
    await there.row.put('elsewhere', current);
    expect(await here.row.get('elsewhere')).toEqual(current);
    first.resolve(old);
    await slow;
    expect([await here.row.get('elsewhere'), await there.row.get('elsewhere')]).toEqual([current, current]);
  });

  test('nor when another replica has forgotten since', async () => {
    const [here, there] = twoReplicas();
    const slow = here.row.get('forgotten elsewhere');
    const first = await here.load(0);
    await there.row.forget('forgotten elsewhere');
    const next = here.row.get('forgotten elsewhere');
    (await here.load(1)).resolve(current);
    expect(await next).toEqual(current);
    first.resolve(old);
    await slow;
    const last = there.row.get('forgotten elsewhere');
    (await there.load(0)).resolve(current);
    expect(await last).toEqual(current);
  });
});

test('while the store is away, reads share loads, and none that began before a write of this replica', async () => {
  const away: Store = { get: async () => undefined, put: async () => {}, add: async () => {} };
  const { row, load, loads } = replicaOver(away);
  const slow = [row.get('a'), row.get('a')];
  const first = await load(0);
  await row.put('a', current);
  const next = row.get('a');
  (await load(1)).resolve(current);
  expect(await next).toEqual(current);
  first.resolve(old);
  expect([await Promise.all(slow), loads()]).toEqual([[old, old], 2]);
});
