import { gracePeriodSeconds } from '../../../../infra/model/lifecycle';
import { petBackend } from '../../../../infra/stacks/pet-backend';
import { deployed } from '../../support/deployed';
import { rendered } from './file';

const production = rendered(petBackend, 'production');
const staging = rendered(petBackend, 'staging');
const { api } = deployed(petBackend, 'production').system.workloads;

test('each environment is an app of the name in the guide', () => {
  expect([production.toml.app, staging.toml.app]).toEqual(['pet-backend-prod', 'pet-backend-staging']);
  expect([production.toml.env.NODE_ENV, staging.toml.env.NODE_ENV]).toEqual(['production', 'staging']);
});

test('the image is the one of the clusters: Dockerfile beside the file, target api', () => {
  expect(production.toml.build).toEqual({ dockerfile: 'Dockerfile', 'build-target': 'api' });
  expect(production.toml.processes).toEqual({ app: 'node --max-old-space-size=358 build/service/server.js' });
});

test('the proxy speaks HTTPS to the world and to the port of the API', () => {
  expect(production.toml.http_service).toMatchObject({ internal_port: 3001, force_https: true });
  expect(production.toml.env.PORT).toBe('3001');
});

test('machines start and stop with the load, down to the least; the most is a command', () => {
  expect(production.toml.http_service).toMatchObject({
    auto_stop_machines: 'stop',
    auto_start_machines: true,
    min_machines_running: 2,
    concurrency: { type: 'requests', soft_limit: 200, hard_limit: 250 },
  });
  expect(production.notes).toContain(
    'fly scale count 10 --config service/fly.prod.toml --app pet-backend-prod --region iad --max-per-region 10',
  );
});

test('a fixed number of machines is never stopped', () => {
  const fixed = { ...petBackend, staging: { workloads: { api: { scale: { kind: 'fixed', replicas: 3 } } } } } as const;
  const { toml, notes } = rendered({ ...petBackend, staging: { ...petBackend.staging, ...fixed.staging } }, 'staging');
  expect(toml.http_service).toMatchObject({ auto_stop_machines: 'off', min_machines_running: 3 });
  expect(notes).toContain('fly scale count 3 ');
});

test('readiness decides who gets requests, liveness is told, and both ask paths of the stack', () => {
  const { liveness, readiness } = api.probes;
  expect(production.toml.http_service.checks).toEqual([
    {
      method: 'GET',
      path: api.health.ready,
      interval: `${readiness.periodSeconds}s`,
      timeout: `${readiness.timeoutSeconds}s`,
      grace_period: `${readiness.initialDelaySeconds}s`,
    },
  ]);
  expect(production.toml.checks).toMatchObject({
    alive: { type: 'http', port: 3001, path: api.health.live, interval: `${liveness.periodSeconds}s` },
  });
});

test('a machine has as long for its end as a pod after preStop, and the service ends before that', () => {
  expect(production.toml.kill_signal).toBe('SIGTERM');
  const kill = Number.parseInt(production.toml.kill_timeout as string, 10);
  expect(kill).toBe(gracePeriodSeconds(api.probes.readiness) - 5);
  expect(Number(production.toml.env.SHUTDOWN_TIMEOUT_MS)).toBe((kill - 2) * 1_000);
  expect(kill).toBeLessThanOrEqual(300);
});

test('metrics are scraped at their own port', () => {
  expect(production.toml.metrics).toEqual([{ port: 9091, path: '/metrics', processes: ['app'] }]);
});

test('the service answers CORS and believes the proxy, and the proxy alone', () => {
  expect(production.toml.env.CORS_OWNER).toBe('service');
  expect(production.toml.env.TRUST_PROXY).toBe('172.16.0.0/12,66.241.124.0/23,2a09:8280:1::/48');
});
