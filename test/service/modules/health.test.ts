import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { version } from '../../../package.json';
import { pathsFor } from '../../../service/contract/endpoints';
import { migrate } from '../../../service/database/migrations';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../service/embedded/postgres';
import { closeApps, type TestApp, testApp } from '../support/app';
import { emptyDatabase, query, testDatabase } from '../support/postgres';

jest.setTimeout(60_000);
afterEach(closeApps);

const liveness = pathsFor('liveness');
const readiness = pathsFor('readiness');

const get = async ({ app }: TestApp, url: string) => {
  const response = await app.inject({ url });
  return { status: response.statusCode, body: response.json() };
};

/** The answers are kept for a second, so that probes cannot load the database. */
const eventually = async (service: TestApp, url: string, status: number) => {
  for (;;) {
    const answer = await get(service, url);
    if (answer.status === status) return answer;
    await sleep(50);
  }
};

const pod = hostname();

describe('with everything in order', () => {
  test.each(liveness)('%s says OK, since when, and which version', async (url) => {
    const { applicationUrl } = await testDatabase();
    expect(await get(await testApp({ DATABASE_URL: applicationUrl }), url)).toEqual({
      status: 200,
      body: { status: 'OK', timestamp: expect.stringMatching(/Z$/), uptime: expect.any(Number), version, pod },
    });
  });

  test.each(readiness)('%s says Ready, with the pod and the database', async (url) => {
    const { applicationUrl } = await testDatabase();
    expect(await get(await testApp({ DATABASE_URL: applicationUrl }), url)).toEqual({
      status: 200,
      body: { status: 'Ready', pod, checks: { database: 'OK' } },
    });
  });

  test('the details name each dependency with its latency', async () => {
    const { applicationUrl } = await testDatabase();
    const { status, body } = await get(await testApp({ DATABASE_URL: applicationUrl }), '/healthz/detailed');
    const check = { result: 'OK', latency: expect.any(Number), hard: true };
    expect([status, body]).toEqual([200, { status: 'Ready', pod, dependencies: { database: check, schema: check } }]);
  });

  test('memory and CPU are numbers', async () => {
    const { body } = await get(await testApp(), '/health/metrics');
    expect(body).toEqual({
      memory: { rss: expect.any(Number), heapTotal: expect.any(Number), heapUsed: expect.any(Number), external: expect.any(Number) },
      uptime: expect.any(Number),
      cpu: { user: expect.any(Number), system: expect.any(Number) },
    });
  });

  test('a hundred probes ask the database once', async () => {
    const { applicationUrl } = await testDatabase();
    const service = await testApp({ DATABASE_URL: applicationUrl });
    await service.app.ready();
    const check = jest.spyOn(service.app.db, 'check');
    await Promise.all(Array.from({ length: 100 }, () => get(service, '/health/ready')));
    expect(check).toHaveBeenCalledTimes(1);
  });
});

test('a schema that lacks a migration is not ready, until it is migrated', async () => {
  const { applicationUrl, ownerUrl } = await emptyDatabase();
  const service = await testApp({ DATABASE_URL: applicationUrl });
  expect(await get(service, '/health/ready')).toEqual({
    status: 503,
    body: { status: 'Not Ready', pod, checks: { database: 'OK', schema: 'FAILED' } },
  });
  await migrate({ url: ownerUrl, applicationRole: 'counterpart_app' });
  expect((await eventually(service, '/health/ready', 200)).body.checks).toEqual({ database: 'OK' });
});

test('a schema that is ahead of the build is ready: the release before serves on while a newer one rolls out', async () => {
  const { applicationUrl, ownerUrl } = await testDatabase();
  await query(
    ownerUrl,
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('later', 'x', '29990101000000_later', now())`,
  );
  expect((await get(await testApp({ DATABASE_URL: applicationUrl }), '/health/ready')).status).toBe(200);
});

test('a full pool is load and not an outage: the pod stays ready', async () => {
  const { applicationUrl } = await testDatabase();
  const service = await testApp({ DATABASE_URL: applicationUrl, DATABASE_POOL_MAX: '1' });
  expect((await get(service, '/health/ready')).status).toBe(200);
  const busy = await service.app.db.pool.connect();
  await sleep(1_100);
  expect(await get(service, '/health/ready')).toMatchObject({ status: 200, body: { checks: { database: 'OK' } } });
  busy.release();
});

test('a process that drains is alive, but not ready, and ends its connections', async () => {
  const { applicationUrl } = await testDatabase();
  const service = await testApp({ DATABASE_URL: applicationUrl });
  await service.app.ready();
  service.app.draining.begin();
  for (const url of readiness) {
    expect(await get(service, url)).toMatchObject({ status: 503, body: { checks: { database: 'OK', shutdown: 'FAILED' } } });
  }
  const alive = await service.app.inject({ url: '/health' });
  expect([alive.statusCode, alive.headers.connection]).toEqual([200, 'close']);
});

describe('with a database that stops and comes back', () => {
  let folder: string;
  let server: EmbeddedPostgres;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'counterpart-outage-'));
    server = await startEmbeddedPostgres({ folder, durable: false });
    await migrate({ url: server.ownerUrl, applicationRole: 'counterpart_app' });
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('it is not ready meanwhile, stays alive, answers 503, and recovers by itself', async () => {
    const service = await testApp({ DATABASE_URL: server.applicationUrl });
    const tasks = async () => (await service.app.inject({ url: '/api/tasks', headers: service.as('ada') })).statusCode;
    expect((await get(service, '/health/ready')).status).toBe(200);
    expect(await tasks()).toBe(200);

    await server.stop();
    expect((await eventually(service, '/health/ready', 503)).body).toEqual({
      status: 'Not Ready',
      pod,
      checks: { database: 'FAILED' },
    });
    expect((await get(service, '/healthz/detailed')).body.dependencies.database.result).toBe('FAILED');
    for (const url of liveness) expect((await get(service, url)).status).toBe(200);
    expect(await tasks()).toBe(503);

    server = await startEmbeddedPostgres({ folder, durable: false, port: server.port });
    expect((await eventually(service, '/health/ready', 200)).body.checks).toEqual({ database: 'OK' });
    expect(await tasks()).toBe(200);

    const told = service.lines.filter(({ component }) => component === 'database').map(({ msg }) => msg);
    expect(told.filter((line) => line !== 'database connection lost')).toEqual([
      'database connected',
      'database unreachable',
      'database recovered',
    ]);
    expect(JSON.stringify(service.lines)).not.toContain(new URL(server.applicationUrl).password);
  });
});
