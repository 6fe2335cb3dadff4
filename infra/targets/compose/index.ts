import { stringify } from 'yaml';
import type { OwnDatabase, OwnRedis, Postgres, Redis } from '../../model/dependency';
import { type Deployable, placeOf } from '../../model/deployable';
import type { Finding } from '../../model/finding';
import { rolesScript } from '../../model/roles';
import { header } from '../header';
import { api, migrate } from './api';
import { certificateMaker, nginx } from './edge';
import { nginxConfiguration } from './nginx-configuration';
import { mail, postgres, redis } from './servers';
import { front, onThisMachine } from './surroundings';
import type { ComposeFile } from './types';

const isOwn = <L extends { kind: string }>(location: L): location is Extract<L, { kind: 'own' }> => location.kind === 'own';

/** What it cannot render: Compose runs the database and the cache itself, and has no ConfigMap for a file. */
export const composeFindings = (deployable: Deployable): Finding[] => {
  const { database, cache } = deployable.system.dependencies;
  const fix = `Change it in infra/stacks/${deployable.system.name}.ts, or name another system in infra/targets/rows.ts.`;
  const servers = Object.entries({ database, cache }).flatMap(([slot, dependency]) =>
    dependency && isOwn(dependency.location)
      ? []
      : [{ path: `dependencies.${slot}.location.kind`, got: JSON.stringify(dependency?.location.kind ?? 'nothing'), allowed: '"own"' }],
  );
  const file = deployable.system.file ? [{ path: 'file', got: 'a configuration file', allowed: 'variables under config alone' }] : [];
  return [...servers, ...file].map(({ path, got, allowed }) => ({
    at: placeOf(deployable),
    path,
    got,
    allowed: `${allowed} for service/compose.yaml`,
    fix,
  }));
};

const composeFile = (deployable: Deployable, database: Postgres & { location: OwnDatabase }, cache: OwnRedis): ComposeFile => {
  const [databaseName, cacheName] = [database.location.app, cache.app];
  return {
    name: deployable.system.name,
    services: {
      [databaseName]: postgres(deployable, database),
      [cacheName]: redis(deployable, cache),
      mail,
      migrate: migrate(deployable, databaseName),
      api: api(deployable, [databaseName, cacheName]),
      certificate: certificateMaker(database.location.image),
      nginx,
    },
    networks: { front: { ipam: { config: [{ subnet: front.subnet, ip_range: front.others }] } }, back: {} },
    volumes: { 'postgres-data': {}, 'redis-data': {}, certificates: {} },
  };
};

/** Compose would replace a variable after a single dollar. Version 1.1 quotes what old readers take for a boolean or a number. */
const literal = (_key: unknown, value: unknown): unknown => (typeof value === 'string' ? value.replaceAll('$', '$$$$') : value);

/** The system as Compose runs it on one machine: paths below service/, and content. Only after composeFindings found nothing. */
export const composeFiles = (inCluster: Deployable): Map<string, string> => {
  const deployable = onThisMachine(inCluster);
  const { database, cache } = deployable.system.dependencies as { database: Postgres & { location: OwnDatabase }; cache: Redis };
  const content = composeFile(deployable, database, cache.location as OwnRedis);
  return new Map([
    ['compose.yaml', header + stringify(content, literal, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })],
    ['compose/nginx.conf', nginxConfiguration(deployable)],
    ['compose/roles.sh', header + rolesScript(database)],
  ]);
};
