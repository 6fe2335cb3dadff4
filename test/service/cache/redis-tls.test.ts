import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeApps, testApp } from '../support/app';
import { freePort } from '../support/free-port';
import { testDatabase } from '../support/postgres';
import { endServices, startService, untilReady } from '../support/process';
import { hasRedis } from '../support/redis';
import { clusterPassword } from '../support/redis-cluster';

jest.setTimeout(60_000);

/** A server that speaks TLS alone, as one server or as a cluster of one node that has every slot. */
(hasRedis ? describe : describe.skip).each(['single', 'cluster'] as const)('over TLS, at a Redis that is %s', (mode) => {
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-redis-tls-'));
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  let port: number;
  let server: ChildProcess;

  const cli = (...command: string[]): string =>
    execFileSync('redis-cli', ['-e', '-h', 'localhost', '-p', String(port), '--tls', '--cacert', certificate, ...command], {
      env: { ...process.env, REDISCLI_AUTH: clusterPassword },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });

  const answers = (): boolean => {
    try {
      return cli('ping').trim() === 'PONG';
    } catch {
      return false;
    }
  };

  beforeAll(async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject, ...files], { stdio: 'ignore' });
    port = await freePort();
    const bus = await freePort();
    const settings = {
      port: 0,
      'tls-port': port,
      'tls-cert-file': certificate,
      'tls-key-file': key,
      'tls-ca-cert-file': certificate,
      'tls-auth-clients': 'no',
      bind: '127.0.0.1',
      dir: folder,
      save: '',
      requirepass: clusterPassword,
      ...(mode === 'cluster' && {
        'cluster-enabled': 'yes',
        'cluster-port': bus,
        'tls-cluster': 'yes',
        'cluster-announce-hostname': 'localhost',
        'cluster-preferred-endpoint-type': 'hostname',
      }),
    };
    const parameters = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    server = spawn('redis-server', parameters, { stdio: 'ignore' });
    while (!answers()) await sleep(50);
    if (mode === 'cluster') cli('cluster', 'addslotsrange', '0', '16383');
    while (mode === 'cluster' && !cli('cluster', 'info').includes('cluster_state:ok')) await sleep(50);
  });
  afterEach(async () => {
    await endServices();
    await closeApps();
  });
  afterAll(async () => {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const environment = async () => ({
    DATABASE_URL: (await testDatabase()).applicationUrl,
    REDIS_URL: `rediss://:${encodeURIComponent(clusterPassword)}@localhost:${port}/0`,
    REDIS_MODE: mode,
  });

  test('a server whose certificate is trusted is used', async () => {
    const service = await startService({ ...(await environment()), NODE_EXTRA_CA_CERTS: certificate });
    await untilReady(service);
    const checks = async () => ((await (await fetch(`${service.url}/health/ready`)).json()) as { checks: Record<string, string> }).checks;
    while ((await checks()).redis !== 'OK') await sleep(200);
    expect(service.stdout()).toContain('redis connected');
  });

  test('one whose certificate is not trusted gets no password, and stops nothing', async () => {
    const { app, as, lines } = await testApp(await environment());
    const told = () => lines.filter(({ component }) => component === 'cache');
    while (told().length === 0) await sleep(20);
    // The library tells nobody why the nodes of a cluster could not be asked.
    const reason = { single: 'DEPTH_ZERO_SELF_SIGNED_CERT', cluster: 'Failed to refresh slots cache.' }[mode];
    expect(told()).toMatchObject([{ msg: 'redis unreachable', reason }]);
    expect((await app.inject({ url: '/api/tasks', headers: as('ada') })).statusCode).toBe(200);
    expect(JSON.stringify(lines)).not.toContain('p@ss');
  });
});
