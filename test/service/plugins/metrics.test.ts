import { metrics as contract } from '../../../service/contract/metrics';
import { listenForScrapes, type MetricsListener } from '../../../service/metrics-listener';
import { closeApps, configOf, type TestApp, testApp } from '../support/app';
import { freePort } from '../support/free-port';
import { testDatabase } from '../support/postgres';

let service: TestApp;
let listener: MetricsListener;

beforeAll(async () => {
  const { applicationUrl } = await testDatabase();
  service = await testApp({ DATABASE_URL: applicationUrl, METRICS_PORT: String(await freePort()), DATABASE_POOL_MAX: '7' });
  listener = await listenForScrapes(service.app);
});
afterAll(async () => {
  await listener.close();
  await closeApps();
});

const scrape = async (): Promise<string> => (await fetch(listener.url)).text();

const readFromDatabase = /^(pg_|db_table_|db_index_|db_foreign_key_)/;

const samplesOf = (text: string, name: string): string[] => text.split('\n').filter((line) => new RegExp(`^${name}[{ ]`).test(line));

test('a scrape is text of Prometheus and has every metric of the contract, and those of the runtime', async () => {
  const response = await fetch(listener.url);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const text = await response.text();
  for (const [name, { kind, help }] of Object.entries(contract)) {
    expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`);
  }
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  expect(text).toContain('process_resident_memory_bytes');
});

test('requests are counted under the template of their route, never under what the client wrote', async () => {
  const headers = service.as('ada');
  await service.app.inject({ url: '/api/tasks/01890a5d-ac96-774b-bcce-b302099a8057?x=1', headers });
  await service.app.inject({ url: '/etc/passwd', headers });
  await service.app.inject({ url: '/wp-login.php', headers });
  const text = await scrape();
  expect(text).toContain('http_requests_total{method="GET",route="/api/tasks/:id",status_code="404"} 1');
  expect(text).toContain('http_requests_total{method="GET",route="unmatched",status_code="404"} 2');
  expect(text).toContain('http_request_duration_seconds_bucket{le="0.2",method="GET",route="unmatched",status_code="404"} ');
  for (const word of ['passwd', 'wp-login', '01890a5d']) expect(text).not.toContain(word);
});

test('samples carry the labels of the contract and no others', async () => {
  await service.app.inject({ url: '/health' });
  await service.app.inject({ url: '/api/designs' });
  const text = await scrape();
  for (const [name, { labels, kind }] of Object.entries(contract)) {
    const samples = samplesOf(text, kind === 'histogram' ? `${name}_count` : name);
    // What the database tells comes a scrape later, and foreign keys only where a schema has some.
    if (!readFromDatabase.test(name)) expect(samples.length).toBeGreaterThan(0);
    for (const sample of samples) {
      const found = [...sample.matchAll(/[{,](\w+)="/g)].map(([, label]) => label);
      expect(found.sort()).toEqual([...labels].sort());
    }
  }
});

test('the pool is read at the moment of the scrape', async () => {
  const client = await service.app.db.pool.connect();
  const text = await scrape();
  client.release();
  expect(text).toContain('db_pool_connections{pool="primary",state="busy"} 1\n');
  expect(text).toContain('db_pool_connections_max{pool="primary"} 7\n');
  expect(text).toContain('db_pool_waiting_requests{pool="primary"} 0\n');
  expect(text).toMatch(/prisma_pool_connections_open [1-7]\n/);
  expect(text).toContain('prisma_pool_connections_busy 1\n');
  expect(text).toMatch(/prisma_pool_connections_idle [0-6]\n/);
  expect(text).toContain('prisma_client_queries_active 1\n');
  expect(text).toContain('prisma_client_queries_wait 0\n');
});

test('statements are timed, and what only frames them is not', async () => {
  const count = async () => Number(/db_query_duration_seconds_count\{pool="primary"\} (\d+)/.exec(await scrape())?.[1]);
  const { pool } = service.app.db;
  const before = await count();
  const client = await pool.connect();
  for (const text of ['BEGIN', "SELECT set_config('app.user', $1, true)", 'SELECT 1', 'COMMIT']) {
    await client.query(text, text.includes('$1') ? ['ada'] : []);
  }
  client.release();
  await service.app.db.transaction('identity', (tx) => tx.task.findFirst());
  expect(await count()).toBe(before + 2);
});

test('a request is in flight only until it is answered', async () => {
  await service.app.inject({ url: '/health' });
  expect(await scrape()).toContain('http_requests_in_flight 0\n');
});

test('the port serves metrics and nothing else, and the API serves none', async () => {
  const { origin } = new URL(listener.url);
  expect((await fetch(`${origin}/health`)).status).toBe(404);
  expect((await fetch(listener.url, { method: 'POST' })).status).toBe(404);
  expect((await service.app.inject({ url: '/metrics' })).statusCode).toBe(404);
});

test('two applications in one process do not share their numbers', async () => {
  const other = await testApp({ METRICS_PORT: String(configOf().metrics.port) });
  expect(samplesOf(await other.app.metrics.metrics(), 'http_requests_total')).toEqual([]);
});
