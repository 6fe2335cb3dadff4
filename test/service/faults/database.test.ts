import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ask, load, unexpected } from '../support/load';
import { expected, type Member, mixedLoad, register } from '../support/mixed-load';
import { type OwnServer, ownServer } from '../support/own-server';
import { query } from '../support/postgres';
import { endServices, type ServiceProcess, startService, untilReady } from '../support/process';
import { type FaultyProxy, faultyProxy } from '../support/proxy';
import { hasRedis, type TestRedis, testRedis } from '../support/redis';
import { until } from '../support/until';

jest.setTimeout(90_000);

// With Redis, which keeps who a token is: without, that is asked of the database every 5 s.
(hasRedis ? describe : describe.skip)('a service under load whose database', () => {
  let server: OwnServer;
  let redis: TestRedis;
  let proxy: FaultyProxy;
  let service: ServiceProcess;
  let members: Member[];
  /** Of what still runs when a test fails, and would disturb the next. */
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    [server, redis] = await Promise.all([ownServer(), testRedis()]);
    proxy = await faultyProxy(server.port);
    const url = new URL(server.applicationUrl);
    url.port = String(proxy.port);
    service = await startService({
      DATABASE_URL: url.href,
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(redis.port),
      REDIS_PASSWORD: 'p@ss/word',
      DATABASE_POOL_MAX: '5',
      DATABASE_CONNECT_TIMEOUT_MS: '1000',
      DATABASE_STATEMENT_TIMEOUT_MS: '1000',
      FEATURES: 'auth.local,tasks',
      RATE_LIMIT_MAX_REQUESTS: '1000000',
      TRUST_PROXY: '127.0.0.0/8',
    });
    await untilReady(service);
    members = await register(service.url, 20);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  afterAll(async () => {
    await endServices();
    proxy.become('cut');
    await proxy.close();
    await Promise.all([server.stop(), redis.stop()]);
  });

  /** What the service took for a fault of its own, in full. */
  const faults = (): string[] =>
    service
      .stdout()
      .split('\n')
      .filter((line) => line.includes('internal_error'));

  const status = async (path: string): Promise<number> => (await fetch(`${service.url}${path}`)).status;
  const isReady = async (): Promise<boolean> => (await status('/health/ready')) === 200;

  const gauges = async (): Promise<Record<string, number>> => {
    const text = await (await fetch(`http://127.0.0.1:${service.metricsPort}/metrics`)).text();
    return Object.fromEntries(
      ['db_pool_waiting_requests{pool="primary"}', 'db_pool_connections{pool="primary",state="busy"}', 'http_requests_in_flight'].map(
        (name) => [
          name,
          Number(
            text
              .split('\n')
              .find((line) => line.startsWith(`${name} `))
              ?.slice(name.length + 1),
          ),
        ],
      ),
    );
  };

  const connections = async (): Promise<number> =>
    (await query(server.superuserUrl, `SELECT FROM pg_stat_activity WHERE usename = 'counterpart_app'`)).length;

  /** Nothing of an outage is left in the pool, nor connections that nobody knows of. */
  const untilQuiet = async (): Promise<void> => {
    await until(async () => Object.values(await gauges()).every((value) => value === 0));
    await until(async () => (await connections()) <= 5);
    expect(service.child.exitCode).toBeNull();
    expect(service.stderr()).toBe('');
  };

  const duringOutage = Object.fromEntries(Object.entries(expected).map(([request, statuses]) => [request, [...statuses, 503]]));

  const terminate = () =>
    query(server.superuserUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'counterpart_app'`);

  test.each<[string, () => unknown, () => unknown]>([
    ['is behind a network that swallows packets', () => proxy.become('hold'), () => proxy.become('pass')],
    ['is killed', () => server.kill(), () => server.start()],
  ])('%s: 503 with the time to wait, alive, cached reads, and well again by itself', async (_fault, begin, end) => {
    await until(isReady);
    const running = mixedLoad(service.url, members);
    const liveness: number[] = [];
    let watching = true;
    const watched = (async () => {
      for (; watching; await sleep(100)) liveness.push(await status('/health'));
    })();
    stops.push(() => {
      watching = false;
    }, running.stop);
    await running.round();
    // Just before: without Redis, who bears a token is believed for 5 s.
    const [reader] = (await register(service.url, 1)) as [Member];
    const kept = () => fetch(`${service.url}/api/tasks/${reader.taskId}`, { headers: reader.headers });
    expect((await kept()).status).toBe(200);
    const begun = running.answers.length;
    await begin();
    await until(async () => !(await isReady()));
    expect((await kept()).status).toBe(200);
    const refused = (): Set<string> =>
      new Set(running.answers.slice(begun).flatMap(({ request, status: code }) => (code === 503 ? [request] : [])));
    await until(async () => ['list', 'create', 'login'].every((request) => refused().has(request)));
    expect((await kept()).status).toBe(200);
    await end();
    await until(isReady);
    await running.round();
    const after = running.answers.length;
    await running.round();
    const answers = await running.stop();
    watching = false;
    await watched;

    expect(faults()).toEqual([]);
    expect(unexpected(answers, duringOutage)).toEqual([]);
    expect(unexpected(answers.slice(after), expected)).toEqual([]);
    const unavailable = answers.filter(({ status: code }) => code === 503);
    expect(new Set(unavailable.map(({ code, retryAfter }) => `${code} ${retryAfter}`))).toEqual(new Set(['database_unavailable 5']));
    expect(running.stale).toEqual([]);
    expect(new Set(liveness)).toEqual(new Set([200]));
    for (const line of ['database unreachable', 'database recovered']) expect(service.stdout()).toContain(`"msg":"${line}"`);
    await untilQuiet();
  });

  test.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ['is killed in the middle of transactions', () => server.kill(), () => server.start()],
    ['ends every connection', terminate, async () => {}],
  ])('%s: nothing that it acknowledged is lost, and what is repeated is done once', async (_fault, begin, end) => {
    await until(isReady);
    const acknowledged = new Map<string, unknown>();
    const given: string[] = [];
    const write =
      ({ headers }: Member) =>
      async (ask: Ask) => {
        const title = randomUUID();
        given.push(title);
        const tried = { method: 'POST', headers: { ...headers, 'idempotency-key': title }, body: { title } };
        // 409: the attempt before is still under way.
        for (let code = 503; code === 503 || code === 409; ) {
          const answer = await ask('create', `${service.url}/api/tasks`, tried);
          code = answer.status;
          if (code === 201) acknowledged.set(title, answer.body.id);
        }
      };
    const running = load(members.map(write));
    stops.push(running.stop);
    await running.round();
    for (let n = 0; n < 2; n += 1) {
      await begin();
      await end();
      await until(isReady);
      await running.round();
    }
    const answers = await running.stop();
    expect(faults()).toEqual([]);
    expect(unexpected(answers, { create: [201, 409, 503] })).toEqual([]);
    expect(answers.some(({ status: code }) => code === 503)).toBe(true);
    const owner = Object.assign(new URL(server.superuserUrl), { pathname: '/counterpart' }).href;
    const stored = await query<{ id: string; title: string }>(owner, 'SELECT id, title FROM tasks');
    const own = stored.filter(({ title }) => given.includes(title));
    expect(own.map(({ title }) => title).sort()).toEqual([...given].sort());
    expect(own.filter(({ id, title }) => acknowledged.get(title) !== id)).toEqual([]);
    await untilQuiet();
  });
});
