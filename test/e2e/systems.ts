import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Difference, Stack } from '../../infra/model/stack';
import type { System } from '../../infra/model/system';
import releases from '../../infra/releases.json';
import { itellicoApi } from '../../infra/stacks/itellico-api';
import { restApi } from '../../infra/stacks/rest-api';
import { synthesize } from '../../infra/synthesize';

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

/** A system as it runs in development, with what the checks have to know of it. */
export interface Subject {
  name: string;
  stack: Stack;
  namespace: string;
  deployment: string;
  service: { name: string; port: number };
  /** Deployment's port and its metrics. */
  ports: { http: number; metrics: number };
  /** Pods of the database and its StatefulSet. */
  database: { app: string; workload: string };
  cache: { app: string };
  migration: string;
  /** The file as it is committed. */
  yaml: string;
}

const committed = (name: string): string => readFileSync(join('dist', 'development', `${name}.k8s.yaml`), 'utf8');

export const subjects: readonly Subject[] = [
  {
    name: 'itellico-api',
    stack: itellicoApi,
    namespace: 'itellico-mono-development',
    deployment: 'api',
    service: { name: 'api', port: 3001 },
    ports: { http: 3001, metrics: 9091 },
    database: { app: 'postgresql', workload: 'postgresql' },
    cache: { app: 'redis' },
    migration: 'api-migrate',
    yaml: committed('itellico-api'),
  },
  {
    name: 'rest-api',
    stack: restApi,
    namespace: 'rest-api-development',
    deployment: 'api-deployment',
    service: { name: 'api-service', port: 80 },
    ports: { http: 3000, metrics: 9091 },
    database: { app: 'postgres', workload: 'postgres-deployment' },
    cache: { app: 'redis' },
    migration: 'api-migrate',
    yaml: committed('rest-api'),
  },
];

export const documents = (yaml: string): Manifest[] => parseAllDocuments(yaml).map((document) => document.toJS() as Manifest);

/** Development with one more difference: an environment for tests alone, from the same stack. */
export const variation = (subject: Subject, difference: Difference<System>): string => {
  const { development } = subject.stack;
  const workloads = { ...development.workloads, ...difference.workloads };
  const changed: Stack = {
    ...subject.stack,
    development: { ...development, ...difference, config: { ...development.config, ...difference.config }, workloads },
  };
  const { files, errors } = synthesize([changed], releases);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return files.get(`development/${subject.name}.k8s.yaml`) as string;
};

/** The image that runs the service is one and the same under both names, so either also runs the probers. */
export const imageOf = (yaml: string): string => {
  const deployment = documents(yaml).find(({ kind }) => kind === 'Deployment');
  const spec = deployment?.spec as { template: { spec: { containers: { image: string }[] } } };
  return spec.template.spec.containers[0]?.image as string;
};
