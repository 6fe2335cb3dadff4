import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { closeApps, testApp } from './support/app';
import { freePort } from './support/free-port';
import { query, type TestDatabase, testDatabase } from './support/postgres';
import { endServices, type ServiceProcess, startService, untilReady } from './support/process';

jest.setTimeout(60_000);

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  await endServices();
  await closeApps();
});

const status = (url: string, agent: Agent): Promise<{ status: number; connection: string | undefined }> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }));
    }).on('error', reject);
  });

/**
 * Clients that keep their connections and ask again and again. One that is sent away connects anew, until the router
 * behind which a pod really stands has taken it out.
 */
const load = (service: ServiceProcess, clients: number) => {
  const state = { answers: 0, sentAway: 0, failures: [] as unknown[], routed: true };
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let kept = true; kept || state.routed; ) {
      try {
        const answer = await status(`${service.url}/health`, agent);
        if (answer.status === 200) state.answers += 1;
        else state.failures.push(answer.status);
        kept = answer.connection !== 'close';
        if (!kept) state.sentAway += 1;
      } catch (error) {
        state.failures.push(error);
        kept = false;
      }
    }
    agent.destroy();
  };
  return { state, ended: Promise.all(Array.from({ length: clients }, client)) };
};

/** A request that gets no answer before `release`. */
const stuckRequest = async (service: ServiceProcess) => {
  const locker = new Client({ connectionString: database.ownerUrl });
  await locker.connect();
  await locker.query('BEGIN; LOCK TABLE tasks');
  const headers = { ...(await testApp()).as('ada'), 'content-type': 'application/json' };
  const answer = fetch(`${service.url}/api/tasks`, { method: 'POST', headers, body: '{"title":"Under way"}' }).then(
    ({ status }) => status,
    () => 'no answer' as const,
  );
  const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'tasks'::regclass`;
  while ((await query(database.ownerUrl, waiting)).length === 0) await sleep(20);
  return { answer, release: () => locker.end() };
};

test('a terminated process fails no request of clients that keep their connections, and exits with 0', async () => {
  const service = await startService({
    DATABASE_URL: database.applicationUrl,
    SHUTDOWN_DRAIN_MS: '1500',
    RATE_LIMIT_MAX_REQUESTS: '1000000',
  });
  await untilReady(service);
  const { state, ended } = load(service, 12);
  await sleep(300);
  service.child.kill('SIGTERM');
  await sleep(500);
  state.routed = false;
  await ended;
  expect(state.failures).toEqual([]);
  expect(state.sentAway).toBeGreaterThan(12);
  expect(state.answers).toBeGreaterThan(state.sentAway);
  expect(await service.ended).toBe(0);
  expect(service.stdout()).toContain('shutdown: complete');
  expect(service.stderr()).toBe('');
});

test('a request that is under way when closing begins gets its answer, and idle connections do not delay the end', async () => {
  const service = await startService({ DATABASE_URL: database.applicationUrl, SHUTDOWN_DRAIN_MS: '100' });
  await untilReady(service);
  const idle = new Agent({ keepAlive: true });
  await status(`${service.url}/health`, idle);
  const { answer, release } = await stuckRequest(service);
  service.child.kill('SIGTERM');
  while (!service.stdout().includes('shutdown: closing')) await sleep(20);
  await release();
  expect(await answer).toBe(201);
  expect(await service.ended).toBe(0);
  idle.destroy();
});

test('while it drains it serves on and is alive, but not ready', async () => {
  const service = await startService({ DATABASE_URL: database.applicationUrl, SHUTDOWN_DRAIN_MS: '2000' });
  await untilReady(service);
  service.child.kill('SIGTERM');
  let ready = await fetch(`${service.url}/health/ready`);
  while (ready.ok) ready = await fetch(`${service.url}/health/ready`);
  expect(await ready.json()).toMatchObject({ status: 'Not Ready', checks: { database: 'OK', shutdown: 'FAILED' } });
  const alive = await fetch(`${service.url}/health`);
  expect(alive.status).toBe(200);
  expect(alive.headers.get('connection')).toBe('close');
  expect((await fetch(`http://127.0.0.1:${service.metricsPort}/metrics`)).status).toBe(200);
  expect(await service.ended).toBe(0);
});

test('a second signal ends it at once with 1', async () => {
  const service = await startService({ DATABASE_URL: database.applicationUrl, SHUTDOWN_DRAIN_MS: '60000', SHUTDOWN_TIMEOUT_MS: '70000' });
  await untilReady(service);
  service.child.kill('SIGTERM');
  while (!service.stdout().includes('shutdown: draining')) await sleep(20);
  service.child.kill('SIGINT');
  expect(await service.ended).toBe(1);
  expect(service.stdout()).toContain('second signal');
});

test('one that cannot end in time exits by force with 1', async () => {
  const service = await startService({ DATABASE_URL: database.applicationUrl, SHUTDOWN_DRAIN_MS: '0', SHUTDOWN_TIMEOUT_MS: '500' });
  await untilReady(service);
  const { answer, release } = await stuckRequest(service);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(1);
  expect(service.stdout()).toContain('not complete after 500 ms');
  expect(await answer).toBe('no answer');
  await release();
});

test('without a database it exits with 1 and says which one, and why, but no password', async () => {
  const port = await freePort();
  const service = await startService({
    DATABASE_URL: `postgresql://someone:hidden-password@127.0.0.1:${port}/orders`,
    DATABASE_START_TIMEOUT_MS: '700',
  });
  expect(await service.ended).toBe(1);
  const line = service
    .stdout()
    .split('\n')
    .find((text) => text.includes('database unreachable at start')) as string;
  expect(JSON.parse(line)).toMatchObject({ level: 'fatal', component: 'database' });
  expect(line).toContain(`127.0.0.1:${port}`);
  expect(line).toContain('ECONNREFUSED');
  expect(service.stdout() + service.stderr()).not.toContain('hidden-password');
});

test('a wrong password is not waited for', async () => {
  const url = new URL(database.applicationUrl);
  url.password = 'wrong-password';
  const service = await startService({ DATABASE_URL: url.href, DATABASE_START_TIMEOUT_MS: '600000' });
  expect(await service.ended).toBe(1);
  expect(service.stdout()).toContain('password authentication failed');
  expect(service.stdout()).not.toContain('wrong-password');
});

test('a signal ends the wait for the database', async () => {
  const service = await startService({ DATABASE_START_TIMEOUT_MS: '600000' });
  while (!service.stdout().includes('waiting')) await sleep(20);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
});

test('a wrong environment is told in full, without its secrets, and exits with 1', async () => {
  const service = await startService({
    PORT: '70000',
    LOG_LEVEL: 'loud',
    JWT_SECRET: 'too-short',
    CORS_ORIGINS: 'https://a.example',
    CORS_ORIGIN: 'https://b.example',
  });
  expect(await service.ended).toBe(1);
  const text = service.stderr();
  for (const name of ['PORT', 'LOG_LEVEL', 'JWT_SECRET', 'CORS_ORIGINS and CORS_ORIGIN']) expect(text).toContain(`  ${name}: got `);
  expect(text).toContain('The configuration has 4 problems');
  expect(text).not.toContain('too-short');
  expect(service.stdout()).toBe('');
});

test('a port that is taken ends it with 1', async () => {
  const first = await startService({ DATABASE_URL: database.applicationUrl });
  await untilReady(first);
  const second = await startService({ DATABASE_URL: database.applicationUrl, PORT: String(first.port) });
  expect(await second.ended).toBe(1);
  expect(second.stdout()).toContain('EADDRINUSE');
});
