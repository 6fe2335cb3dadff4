import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNames, environments } from '../../../infra/environments';
import { selectorOf } from '../../../infra/model/deployable';
import { publicHost } from '../../../infra/model/entrance';
import { stacks } from '../../../infra/stacks';
import { deploymentIn } from '../support/environment';
import { edgeKinds, reachedBy } from '../support/exposures';
import { mayReceive } from '../support/network';
import { containerOf } from '../support/pods';
import { at, deployableOf, everywhere, type SystemName, synthesized } from '../support/synthesized';

const infra = join(__dirname, '../../../infra');

const sources = (folder: string): [string, string][] =>
  readdirSync(join(infra, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [`${folder}/${path}`, readFileSync(join(infra, folder, path), 'utf8')]);

const withoutComments = (source: string): string => source.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '');

const systems = [...new Set(everywhere.map(([, system]) => system))];

describe('the code', () => {
  test('says a system in less than 150 lines', () => {
    const long = sources('stacks').filter(([, source]) => source.split('\n').length > 150);
    expect(sources('stacks').length).toBeGreaterThan(stacks.length);
    expect(long.map(([path]) => path)).toEqual([]);
  });

  test.each(['constructs', 'rules', 'model'])('below %s/ names no system: what they differ in stands in their stacks', (folder) => {
    const names = stacks.flatMap(({ base }) => [base.name, base.namespace.name, ...(base.app === 'api' ? [] : [base.app])]);
    // Temporal is a server, too, and so is the kind of its dependency.
    const pattern = new RegExp(`\\b(${names.filter((name) => name !== 'temporal').join('|')}|itellico|todo)\\b`);
    expect(pattern.test("app: 'pet-backend'")).toBe(true);
    const found = sources(folder).filter(([, source]) => pattern.test(withoutComments(source)));
    expect(found.map(([path]) => path)).toEqual([]);
  });

  test.each(['constructs', 'rules', 'model', 'stacks'])(
    'below %s/ asks for no environment: what they differ in stands in their row',
    (folder) => {
      // Argo CD's projects group by environment, which is no question.
      const asks = /(if|\?|&&|===|!==)[^\n]*['"](development|staging|production)['"]|(stage|environment(Name)?)\s*[!=]==(?! name\b)/;
      expect(asks.test("if (environment === 'production')")).toBe(true);
      const found = sources(folder).filter(([, source]) => asks.test(withoutComments(source)));
      expect(found.map(([path]) => path)).toEqual([]);
    },
  );
});

test('the five systems are synthesized, in each of the three environments', () => {
  expect(stacks.map(({ base }) => base.name)).toEqual(['itellico-api', 'pet-backend', 'rest-api', 'temporal-api', 'todo-backend']);
  expect(everywhere).toHaveLength(5 * 3);
});

test.each(systems)('the objects of %s have the same names in every environment', (system) => {
  const names = environmentNames.map((environment) => deployableOf(environment, system).names);
  expect(names).toEqual([names[0], names[0], names[0]]);
});

test('nothing but Namespaces is of the whole cluster, and each of those carries its system and environment', () => {
  const names = everywhere.map(([environment, system]) => {
    const cluster = synthesized(environment, system).all.filter(({ metadata }) => !metadata.namespace);
    expect(cluster.map(({ kind }) => kind)).toEqual(['Namespace']);
    expect(cluster[0]?.metadata.name.endsWith(environments[environment].namespaceSuffix)).toBe(true);
    return cluster[0]?.metadata.name;
  });
  expect(new Set(names).size).toBe(everywhere.length);
});

test.each<[SystemName, string, string, string]>([
  ['itellico-api', 'nginx', 'api.itellico.com', 'registry.hetzner.com/itellico/api'],
  ['pet-backend', 'gateway', 'api.harnesshe.ro', 'ghcr.io/counterpart/pet-backend'],
  ['rest-api', 'alb', 'api.example.com', 'ghcr.io/counterpart/rest-api'],
  ['temporal-api', 'traefik', 'api.a4c.firstovertheline.com', 'ghcr.io/analytics4change/a4c-temporal-api'],
  ['todo-backend', 'gateway', 'todo.example.com', 'ghcr.io/counterpart/todo-chatbot-backend'],
])('%s is reached by %s at %s, with a prefix outside production, and runs %s', (system, kind, host, repository) => {
  for (const [environment, prefix] of [
    ['staging', 'staging.'],
    ['production', ''],
  ] as const) {
    const deployable = deployableOf(environment, system);
    expect(deployable.system.workloads.api.exposure.kind).toBe(kind);
    expect(publicHost(deployable)).toBe(`${prefix}${host}`);
    expect(deployable.system.image.repository).toBe(repository);
  }
});

test.each(systems.flatMap((system) => edgeKinds.map((kind): [SystemName, (typeof edgeKinds)[number]] => [system, kind])))(
  '%s comes to %s by one word of its stack',
  (system, kind) => {
    const { exposure } = deployableOf('production', system).system.workloads.api;
    if (!('host' in exposure)) throw new Error('production has no edge');
    const objects = synthesized('production', system, reachedBy({ ...exposure, kind }));
    const classes = objects.of('Ingress').map((ingress) => at(ingress, 'spec.ingressClassName'));
    expect(new Set(classes)).toEqual(new Set(kind === 'gateway' ? [] : [kind]));
    expect(objects.of('Gateway')).toHaveLength(kind === 'gateway' ? 1 : 0);
  },
);

test.each<[SystemName, string]>([
  ['itellico-api', 'auth.local organizations users tasks audit'],
  ['pet-backend', 'auth.local auth.clerk organizations users tasks designs audit'],
  ['rest-api', 'auth.local organizations users tasks audit'],
  ['temporal-api', 'auth.supabase organizations audit'],
  ['todo-backend', 'auth.betterAuth tasks'],
])('%s offers %s, and on development nothing that asks Clerk', (system, features) => {
  const offered = (environment: (typeof environmentNames)[number]) => deployableOf(environment, system).system.features.join(' ');
  expect(offered('production')).toBe(features);
  expect(offered('staging')).toBe(features);
  expect(offered('development')).toBe(features.replace('auth.clerk ', ''));
});

test.each<[SystemName, string, string]>([
  ['itellico-api', '/health', '/health/ready'],
  ['pet-backend', '/healthz', '/health/ready'],
  ['rest-api', '/health', '/health/ready'],
  ['temporal-api', '/health', '/ready'],
  ['todo-backend', '/health', '/api/health'],
])('%s is alive by %s, which asks no server, and ready by %s, everywhere', (system, live, ready) => {
  for (const environment of environmentNames) {
    const objects = synthesized(environment, system);
    expect(containerOf(objects, deploymentIn(objects))).toMatchObject({
      startupProbe: { httpGet: { path: live } },
      livenessProbe: { httpGet: { path: live } },
      readinessProbe: { httpGet: { path: ready } },
    });
  }
});

test.each(everywhere)('%s of %s runs API and migration from one image, under the tag of its release', (...where) => {
  const images = synthesized(where[0], where[1], {}, { tag: '9.8.7' })
    .pods.filter(({ object }) => object.kind !== 'StatefulSet')
    .flatMap(({ spec }) => spec.containers.map(({ image }) => image));
  expect(images).toHaveLength(2);
  expect(new Set(images).size).toBe(1);
  expect(images[0]).toMatch(/:9\.8\.7$/);
});

test.each<[SystemName, string[]]>([
  ['itellico-api', ['api.mailgun.net', 'api.stripe.com']],
  ['pet-backend', ['api.clerk.com', 'yourstore.myshopify.com', 'sentry.io']],
  ['rest-api', ['mail.example.com', 'sentry.io']],
  ['temporal-api', ['a4c.supabase.co']],
  ['todo-backend', ['openrouter.ai']],
])('%s calls %j over HTTPS, and nobody from a machine of developers', (system, hosts) => {
  const called = (environment: (typeof environmentNames)[number]) => {
    const { thirdParties, dependencies } = deployableOf(environment, system).system;
    return [...thirdParties, ...(dependencies.errors ? [dependencies.errors.location.host] : [])];
  };
  expect(called('development')).toEqual([]);
  expect(called('staging')).toEqual(hosts);
  expect(called('production')).toEqual(hosts);
});

test.each(everywhere)('%s of %s serves metrics on 9091, to Prometheus alone', (environment, system) => {
  const deployable = deployableOf(environment, system);
  const objects = synthesized(environment, system);
  const pod = { labels: { ...selectorOf(deployable.system) } };
  const prometheus = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } };
  expect(containerOf(objects, deploymentIn(objects)).ports?.[1]).toEqual({ name: 'metrics', containerPort: 9091, protocol: 'TCP' });
  expect(mayReceive(objects, pod, prometheus, 9091)).toBe(true);
  expect(mayReceive(objects, pod, { labels: { app: 'frontend' } }, 9091)).toBe(false);
  expect(objects.of('ServiceMonitor')).toHaveLength(environment === 'development' ? 0 : 1);
});

test.each(everywhere)('%s of %s has the encryption of its database said in its URL or parts', (...where) => {
  const { database } = deployableOf(...where).system.dependencies;
  const outside = database?.location.kind === 'external' && !database.location.cidrs;
  expect(database?.tls).toBe(outside ? 'verify-full' : database?.location.kind === 'own' ? 'disable' : 'require');
});
