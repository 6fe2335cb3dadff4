import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { missedWrites } from '../../../service/cache/missed-writes';
import { redisStores } from '../../../service/cache/redis-store';
import { removal, type Store, type Stores } from '../../../service/cache/store';
import { readyRedis } from '../support/cache';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';

jest.setTimeout(60_000);

(hasRedis ? describe : describe.skip)('writes that Redis missed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-redis-'));
  let server: TestRedis;
  let redis: Redis | Cluster;
  let stores: Stores;

  beforeAll(async () => {
    server = await testRedis(folder);
    redis = await readyRedis({ REDIS_URL: server.url });
    stores = redisStores(redis, 'api:');
  });
  afterAll(async () => {
    await stores.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const outage = async (during: () => Promise<unknown>): Promise<void> => {
    await server.stop();
    while (redis.status === 'ready') await sleep(10);
    await during();
    await server.start();
    while ((redis.status as string) !== 'ready') await sleep(10);
  };

  /** As another process reads, which knows nothing of the outage. */
  const stored = (key: string): Promise<string | null> => redis.get(`cache:${key}`);

  test('leave nothing old behind an outage, and what nobody wrote is still there', async () => {
    const store = stores.of('row');
    await store.put('changed', 'old', 300);
    await store.put('untouched', 'kept', 300);
    await outage(() => store.put('changed', 'new', 300));
    while ((await stored('row:changed')) === 'old') await sleep(10);
    // A reader that was under way since before the outage.
    await store.add('changed', 'old', 300);
    expect(removal.is(String(await stored('row:changed')))).toBe(true);
    expect(await store.get('untouched')).toBe('kept');
    await store.put('changed', 'newest', 300);
    expect(await store.get('changed')).toBe('newest');
  });

  test('are not read by the process that knows of them, from the first moment on', async () => {
    const store = stores.of('known');
    await store.put('changed', 'old', 300);
    await server.stop();
    while (redis.status === 'ready') await sleep(10);
    await store.put('changed', 'new', 300);
    const read = async (): Promise<string | undefined> => {
      const text = await store.get('changed');
      expect(text).not.toBe('old');
      return text;
    };
    await server.start();
    while ((await read()) === undefined) await sleep(1);
  });

  test('of too many keys cost the whole name, and no other', async () => {
    const [many, other] = [stores.of('many'), stores.of('many-others')] as [Store, Store];
    await many.put('first', 'old', 300);
    await many.put('untouched', 'old as well', 300);
    await other.put('untouched', 'kept', 300);
    await outage(async () => {
      for (let n = 0; n < 10_001; n += 1) await many.put(n === 0 ? 'first' : `key-${n}`, 'new', 300);
    });
    while ((await stored('many:untouched')) !== null) await sleep(10);
    expect(await stored('many:first')).not.toBe('old');
    expect(await other.get('untouched')).toBe('kept');
    while ((await many.get('after')) !== 'works') await many.put('after', 'works', 300);
  });
});

test('keys that are missed while all are removed are removed after it', async () => {
  const removed: string[] = [];
  let finish: () => void = () => {};
  const missed = missedWrites({
    possible: () => true,
    one: async (key) => removed.push(key),
    all: () =>
      new Promise<void>((resolve) => {
        finish = () => resolve();
        removed.push('all');
      }),
  });
  for (let n = 0; n <= 10_000; n += 1) missed.add(`key-${n}`);
  while (!removed.includes('all')) await sleep(10);
  removed.length = 0;
  missed.add('late');
  expect(missed.has('anything')).toBe(true);
  finish();
  while (missed.has('late')) await sleep(10);
  expect(removed).toContain('late');
  expect(missed.has('anything')).toBe(false);
  missed.close();
});
