import { readConfig } from '../../../../service/config';
import { changed, restApi } from '../../support/stacks';
import { rendered } from './file';

const { file, service } = rendered(restApi);
const everyOne = Object.entries(file.services);

/** No configuration file lies here. */
const noFile = __dirname;

const environmentOf = (name: string) => service(name).environment ?? {};

test('database, cache, mail, migration, API, certificate and edge are there, with the versions of the guide', () => {
  expect(Object.keys(file.services)).toEqual(['postgres', 'redis', 'mail', 'migrate', 'api', 'certificate', 'nginx']);
  expect(service('postgres').image).toMatch(/^postgres:15\./);
  expect(service('redis').image).toMatch(/^redis:7\./);
});

test('API and migration are built from the Dockerfile of the service, each to its target', () => {
  expect(service('api').build).toEqual({ context: '..', dockerfile: 'service/Dockerfile', target: 'api' });
  expect(service('migrate').build).toEqual({ context: '..', dockerfile: 'service/Dockerfile', target: 'migrate' });
});

test('the API starts after the migration has ended well, and that after the database answers', () => {
  expect(service('migrate').depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
  expect(service('api').depends_on).toEqual({
    migrate: { condition: 'service_completed_successfully' },
    postgres: { condition: 'service_healthy' },
    redis: { condition: 'service_healthy' },
    mail: { condition: 'service_healthy' },
  });
  expect(service('nginx').depends_on).toEqual({
    certificate: { condition: 'service_completed_successfully' },
    api: { condition: 'service_healthy' },
  });
});

test.each(everyOne)('what %s waits for exists and can come true', (_name, { depends_on = {} }) => {
  for (const [other, { condition }] of Object.entries(depends_on)) {
    if (condition === 'service_healthy') expect(service(other).healthcheck?.test[0]).toBe('CMD');
    else expect(service(other).restart).toBe('no');
  }
});

test.each(everyOne)('%s joins networks and mounts volumes that are declared', (_name, { networks, volumes = [] }) => {
  expect(Object.keys(file.networks)).toEqual(expect.arrayContaining(Object.keys(networks)));
  const named = volumes.map((volume) => volume.split(':')[0] as string).filter((source) => !source.startsWith('./'));
  expect(Object.keys(file.volumes)).toEqual(expect.arrayContaining(named));
});

test.each(everyOne)('%s has a read-only root, no capability to spare, no way to more, and a memory limit', (name, one) => {
  expect(one).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  expect(one.mem_limit).toMatch(/^\d+m$/);
  expect(one.cap_add).toEqual(name === 'certificate' ? ['CHOWN', 'DAC_OVERRIDE'] : undefined);
});

test('ports are open to this machine alone, since everybody may read the passwords', () => {
  const ports = everyOne.flatMap(([, one]) => one.ports ?? []);
  expect(ports.length).toBeGreaterThan(4);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
});

test('the service understands the environment of the API, and each host in it is a service of this file', () => {
  const decoded = readConfig(environmentOf('api'), noFile);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const { database, cache, mail, features } = decoded.config;
  expect(features).toEqual(['auth.local', 'organizations', 'users', 'tasks', 'audit']);
  for (const host of [database.host, cache.host, mail.host]) expect(Object.keys(file.services)).toContain(host);
  expect(database).toMatchObject({ name: 'rest_api_db', user: 'rest_api', port: 5432 });
});

test('the migration connects as the owner and grants to the role of the API', () => {
  const decoded = readConfig(environmentOf('migrate'), noFile);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  expect(decoded.config.database).toMatchObject({ host: 'postgres', user: 'rest_api_owner', applicationRole: 'rest_api' });
});

test('both sides of every connection have the same password, and each password is another', () => {
  const { POSTGRES_PASSWORD, OWNER_PASSWORD, APPLICATION_PASSWORD } = environmentOf('postgres');
  expect(environmentOf('api').DB_PASSWORD).toBe(APPLICATION_PASSWORD);
  expect(environmentOf('migrate').DB_PASSWORD).toBe(OWNER_PASSWORD);
  const { command = [], environment } = service('redis');
  const redisPassword = environmentOf('api').REDIS_PASSWORD;
  expect(command[command.indexOf('--requirepass') + 1]).toBe(redisPassword);
  expect(environment?.REDISCLI_AUTH).toBe(redisPassword);
  expect(new Set([POSTGRES_PASSWORD, OWNER_PASSWORD, APPLICATION_PASSWORD, redisPassword]).size).toBe(4);
});

test('Redis keeps what it holds, within its memory limit', () => {
  const { command = [], volumes, mem_limit } = service('redis');
  const argument = (name: string) => command[command.indexOf(name) + 1];
  expect(argument('--appendonly')).toBe('yes');
  expect(volumes).toEqual(['redis-data:/data']);
  expect([argument('--maxmemory'), mem_limit]).toEqual(['96mb', '128m']);
});

test('a process ends within its grace period, and nobody waits for news that no probe brings', () => {
  const { SHUTDOWN_DRAIN_MS, SHUTDOWN_TIMEOUT_MS } = environmentOf('api');
  expect(SHUTDOWN_DRAIN_MS).toBe('0');
  expect(Number(SHUTDOWN_TIMEOUT_MS) / 1_000).toBeLessThan(Number.parseInt(service('api').stop_grace_period ?? '', 10));
});

test('limits and writable folders are those of the stack', () => {
  expect(service('api')).toMatchObject({
    mem_limit: '512m',
    cpus: 0.5,
  });
  expect(service('api').tmpfs).toEqual(expect.arrayContaining(['/tmp:size=64m,mode=1777', '/app/logs:size=128m,mode=1777']));
  expect(service('api').command).toEqual(['node', '--max-old-space-size=358', 'build/service/server.js']);
});

test('no folder in memory takes more than a quarter of the memory limit', () => {
  const { service: other } = rendered(changed(restApi, { workloads: { api: { writable: { '/app/uploads': '1Gi' } } } }));
  expect(other('api').tmpfs).toContain('/app/uploads:size=128m,mode=1777');
});

test('a dollar in a value is a dollar to the API, not the start of a variable of Compose', () => {
  const { service: other } = rendered(changed(restApi, { config: { JWT_ISSUER: 'a$b' } }));
  expect(other('api').environment?.JWT_ISSUER).toBe('a$$b');
});
