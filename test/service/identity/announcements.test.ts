import { Redis } from 'ioredis';
import { bearer, claimsIn, localEnvironment, me, post, register } from '../support/accounts';
import { closeApps, type Environment, environmentOf, type TestApp, testApp } from '../support/app';
import { query, type TestDatabase, testDatabase } from '../support/postgres';
import { type FaultyProxy, faultyProxy } from '../support/proxy';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';
import { clusterPassword, redisCli, type TestRedisCluster, testRedisCluster } from '../support/redis-cluster';
import { endScripts, runScript, source } from '../support/script';
import { until } from '../support/until';

// Shorter than a principal is kept while changes are heard: what is not heard fails by its time.
jest.setTimeout(40_000);

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});

const started = async (given: Environment): Promise<TestApp> => {
  const service = await testApp(localEnvironment({ DATABASE_URL: database.applicationUrl, ...given }));
  await service.app.ready();
  return service;
};

const lets = async (service: TestApp, token: string): Promise<boolean> => (await me(service, token)).statusCode === 200;

const logOut = async (service: TestApp, token: string): Promise<void> => {
  expect((await post(service, 'logout', undefined, bearer(token))).statusCode).toBe(204);
};

/** Changes a role as the module of users does. */
const setRole = async ({ app }: TestApp, token: string, role: 'owner' | 'viewer' | null): Promise<void> => {
  const { org, sub } = claimsIn(token) as { org: string; sub: string };
  const statement = role
    ? 'UPDATE memberships SET role = $3 WHERE organization_id = $1 AND user_id = $2'
    : 'DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2 AND $3::text IS NULL';
  await query(database.ownerUrl, statement, [org, sub, role]);
  await app.sessions.roleChanged(org, sub);
};

const roleSeen = async (service: TestApp, token: string): Promise<string | undefined> => (await me(service, token)).json().role;

describe('without Redis', () => {
  afterEach(closeApps);

  test('this process goes by a change at once', async () => {
    const one = await started({});
    const { tokens } = await register(one);
    expect(await roleSeen(one, tokens.accessToken)).toBe('owner');
    await setRole(one, tokens.accessToken, 'viewer');
    expect(await roleSeen(one, tokens.accessToken)).toBe('viewer');
    await setRole(one, tokens.accessToken, null);
    expect(await lets(one, tokens.accessToken)).toBe(false);
  });

  test('another process goes by it soon: nothing about sessions is kept in memory for long', async () => {
    const [one, two] = [await started({}), await started({})];
    const { tokens } = await register(one);
    const other = await register(one);
    for (const { accessToken } of [tokens, other.tokens]) expect(await lets(two, accessToken)).toBe(true);
    await logOut(one, tokens.accessToken);
    await setRole(one, other.tokens.accessToken, 'viewer');
    await until(async () => !(await lets(two, tokens.accessToken)));
    await until(async () => (await roleSeen(two, other.tokens.accessToken)) === 'viewer');
  });
});

(hasRedis ? describe : describe.skip)('through Redis', () => {
  let redis: TestRedis;
  let observer: Redis;
  const proxies: FaultyProxy[] = [];

  beforeEach(async () => {
    redis = await testRedis();
    observer = new Redis(redis.url);
    observer.on('error', () => {});
  });
  afterEach(async () => {
    observer.disconnect();
    for (const proxy of proxies) proxy.become('cut');
    await endScripts();
    await closeApps();
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
    await redis.stop();
  });

  const at = (port: number): Environment => ({ REDIS_HOST: '127.0.0.1', REDIS_PORT: String(port), REDIS_PASSWORD: 'p@ss/word' });

  const listeners = async (): Promise<number> => {
    const [, count] = (await observer.pubsub('NUMSUB', 'api:identity')) as [string, number];
    return Number(count);
  };

  /** Two processes, both of which hear. */
  const pair = async (): Promise<[TestApp, TestApp]> => {
    const both: [TestApp, TestApp] = [await started(at(redis.port)), await started(at(redis.port))];
    await until(async () => (await listeners()) === 2);
    return both;
  };

  test('another process goes by a logout and by a role at once', async () => {
    const [one, two] = await pair();
    const { tokens } = await register(one);
    const other = await register(one);
    for (const { accessToken } of [tokens, other.tokens]) expect(await lets(two, accessToken)).toBe(true);
    await logOut(one, tokens.accessToken);
    await until(async () => !(await lets(two, tokens.accessToken)));
    await setRole(one, other.tokens.accessToken, 'viewer');
    await until(async () => (await roleSeen(two, other.tokens.accessToken)) === 'viewer');
    await setRole(one, other.tokens.accessToken, null);
    await until(async () => !(await lets(two, other.tokens.accessToken)));
  });

  test('a subscriber that hears nothing for long is not cut', async () => {
    await pair();
    const ages = async (): Promise<number[]> => {
      const list = String(await observer.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
      return [...list.matchAll(/ age=(\d+)/g)].map(([, age]) => Number(age));
    };
    // Longer than any time limit of its connection.
    await until(async () => {
      const known = await ages();
      return known.length === 2 && known.every((age) => age >= 7);
    });
  });

  test('what was missed while Redis was away counts when it is back, and announcements arrive again', async () => {
    const [one, two] = await pair();
    const { tokens } = await register(one);
    const other = await register(one);
    for (const { accessToken } of [tokens, other.tokens]) expect(await lets(two, accessToken)).toBe(true);
    await redis.stop();
    await logOut(one, tokens.accessToken);
    await redis.start();
    await until(async () => !(await lets(two, tokens.accessToken)));
    await until(async () => (await listeners()) === 2);
    expect(await lets(two, other.tokens.accessToken)).toBe(true);
    await logOut(one, other.tokens.accessToken);
    await until(async () => !(await lets(two, other.tokens.accessToken)));
  });

  test('a network that swallows packets, or cuts connections, makes a process ask the database again soon', async () => {
    const [swallowing, cutting] = [await faultyProxy(redis.port), await faultyProxy(redis.port)];
    proxies.push(swallowing, cutting);
    const [one, ...others] = [await started(at(redis.port)), await started(at(swallowing.port)), await started(at(cutting.port))];
    await until(async () => (await listeners()) === 3);
    const { tokens } = await register(one);
    for (const other of others) expect(await lets(other, tokens.accessToken)).toBe(true);
    swallowing.become('hold');
    cutting.become('cut');
    await logOut(one, tokens.accessToken);
    for (const other of others) await until(async () => !(await lets(other, tokens.accessToken)));
  });

  test('messages that are none of ours change nothing', async () => {
    const [one, two] = await pair();
    const { tokens } = await register(one);
    expect(await lets(two, tokens.accessToken)).toBe(true);
    const strange = ['', 'not json', 'null', '[]', '{}', '{"session":1}', '{"user":null}', '{"session":"a","user":"b"}'];
    for (const message of strange) await observer.publish('api:identity', message);
    await until(async () => two.lines.filter(({ msg }) => msg === 'a message about sessions was not understood').length === strange.length);
    expect(await lets(two, tokens.accessToken)).toBe(true);
    await logOut(one, tokens.accessToken);
    await until(async () => !(await lets(two, tokens.accessToken)));
  });

  test('applications of another prefix are none of its business', async () => {
    const [one] = await pair();
    const apart = await started({ ...at(redis.port), REDIS_PREFIX: 'other:' });
    const { tokens } = await register(apart);
    expect(await lets(one, tokens.accessToken)).toBe(true);
    await observer.publish('other:identity', JSON.stringify({ session: claimsIn(tokens.accessToken).sid }));
    await until(async () => !(await lets(apart, tokens.accessToken)));
    expect(await lets(one, tokens.accessToken)).toBe(true);
  });

  test('a user of Redis who may not subscribe is told once, and changes still count soon', async () => {
    await observer.acl('SETUSER', 'limited', 'on', '>secret', '~*', '+@all', 'resetchannels');
    const one = await started(at(redis.port));
    const limited = await started({ REDIS_URL: `redis://limited:secret@127.0.0.1:${redis.port}` });
    const told = () => limited.lines.filter(({ msg }) => msg === 'changes of sessions are not heard');
    await until(async () => told().length > 0);
    const { tokens } = await register(one);
    expect(await lets(limited, tokens.accessToken)).toBe(true);
    await logOut(one, tokens.accessToken);
    await until(async () => !(await lets(limited, tokens.accessToken)));
    expect(told()).toMatchObject([{ component: 'auth', reason: expect.stringContaining('NOPERM') }]);
  });

  // A process ends by itself only when nothing is left open.
  test.each(['there', 'gone'])('closed, nothing is left open: Redis is %s', async (state) => {
    if (state === 'gone') await redis.stop();
    const environment = localEnvironment(environmentOf({ DATABASE_URL: database.applicationUrl, ...at(redis.port) }));
    const program = `
      const { buildApp } = require(${JSON.stringify(source('app'))});
      const { loadConfig } = require(${JSON.stringify(source('config'))});
      buildApp(loadConfig(), { write: () => {} }).then(async (app) => {
        await app.ready();
        process.once('SIGTERM', () => app.close().then(() => console.log('closed')));
        console.log('ready');
      });`;
    const script = runScript(['-e', program], { env: environment });
    await script.printed(/ready/);
    if (state === 'there') await until(async () => (await listeners()) === 1);
    script.child.kill('SIGTERM');
    expect(await script.ended).toBe(0);
    expect(script.stdout()).toContain('closed');
  });
});

(hasRedis ? describe : describe.skip)('through a Redis Cluster', () => {
  let cluster: TestRedisCluster;
  beforeAll(async () => {
    cluster = await testRedisCluster();
  });
  afterEach(closeApps);
  afterAll(() => cluster.stop());

  test('processes that know different nodes hear each other, and notice when their node is gone', async () => {
    const at = async (index: number): Promise<TestApp> => {
      const service = await started({
        REDIS_MODE: 'cluster',
        REDIS_HOST: 'localhost',
        REDIS_PORT: String(cluster.nodes[index]?.port),
        REDIS_PASSWORD: clusterPassword,
      });
      await until(async () => (await redisCli(cluster.nodes[index]?.port ?? 0, 'PUBSUB', 'NUMSUB', 'api:identity')).endsWith('1'));
      return service;
    };
    // The last one is a replica.
    const [one, two] = [await at(0), await at(5)];
    const { tokens } = await register(one);
    const other = await register(one);
    for (const { accessToken } of [tokens, other.tokens]) expect(await lets(two, accessToken)).toBe(true);
    await logOut(one, tokens.accessToken);
    await until(async () => !(await lets(two, tokens.accessToken)));
    await cluster.nodes[5]?.stop();
    await logOut(one, other.tokens.accessToken);
    await until(async () => !(await lets(two, other.tokens.accessToken)));
  });
});
