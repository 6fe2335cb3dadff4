import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Difference, Stack } from '../../infra/model/stack';
import type { System } from '../../infra/model/system';
import releases from '../../infra/releases.json';
import { itellicoApi } from '../../infra/stacks/itellico-api';
import { petBackend } from '../../infra/stacks/pet-backend';
import { restApi } from '../../infra/stacks/rest-api';
import { temporalApi } from '../../infra/stacks/temporal-api';
import { todoBackend } from '../../infra/stacks/todo-backend';
import { synthesize } from '../../infra/synthesize';

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

/** One connection that a stack means to allow, between identities of network.ts. */
export interface Edge {
  from: string;
  to: string;
  port: number;
}

/** Who signs the tokens that a system takes: the API itself, somebody who shares a key of a Secret with it, or nobody in the cluster. */
export type Signer = { kind: 'local' } | { kind: 'betterAuth'; secret: string; key: string } | { kind: 'elsewhere' };

/** A system as it runs in development, with what the checks have to know of it. */
export interface Subject {
  name: string;
  stack: Stack;
  namespace: string;
  deployment: string;
  /** Labels of the API's pods. */
  labels: Record<string, string>;
  service: { name: string; port: number; nodePort?: number };
  ports: { http: number; metrics: number };
  /** Label `app` of the database's pods, and its StatefulSet. */
  database: { app: string; workload: string };
  /** Label `app` of other servers beside the API, by what they are. */
  servers: Record<string, string>;
  /** Labels of pods that may call. */
  frontend: Record<string, string>;
  migration: string;
  signer: Signer;
  /** Everything that may connect. Said here once more on purpose: a test that asks the policies themselves proves nothing. */
  edges: readonly Edge[];
  /** Policies isolate every pod of the namespace, or only ours. */
  owned: boolean;
  /** The file as it is committed. */
  yaml: string;
}

const committed = (name: string): string => readFileSync(join('dist', 'development', `${name}.k8s.yaml`), 'utf8');

/** Edges of every system: it is scraped, and it and its migration reach the database. */
const usual = (metrics: number): Edge[] => [
  { from: 'prometheus', to: 'api', port: metrics },
  { from: 'api', to: 'database', port: 5432 },
  { from: 'migration', to: 'database', port: 5432 },
];

const toCache: Edge = { from: 'api', to: 'cache', port: 6379 };

export const subjects: readonly Subject[] = [
  {
    name: 'itellico-api',
    stack: itellicoApi,
    namespace: 'itellico-mono-development',
    deployment: 'api',
    labels: { app: 'api' },
    service: { name: 'api', port: 3001 },
    ports: { http: 3001, metrics: 9091 },
    database: { app: 'postgresql', workload: 'postgresql' },
    servers: { cache: 'redis' },
    frontend: { app: 'frontend' },
    migration: 'api-migrate',
    signer: { kind: 'local' },
    edges: [...usual(9091), toCache, { from: 'frontend', to: 'api', port: 3001 }, { from: 'nginx', to: 'api', port: 3001 }],
    owned: true,
    yaml: committed('itellico-api'),
  },
  {
    name: 'pet-backend',
    stack: petBackend,
    namespace: 'pet-backend-development',
    deployment: 'pet-backend',
    labels: { app: 'pet-backend' },
    service: { name: 'pet-backend', port: 3001 },
    ports: { http: 3001, metrics: 9091 },
    database: { app: 'pet-postgres', workload: 'pet-postgres' },
    servers: { cache: 'redis' },
    frontend: { app: 'frontend' },
    migration: 'pet-backend-migrate',
    signer: { kind: 'local' },
    edges: [...usual(9091), toCache],
    owned: true,
    yaml: committed('pet-backend'),
  },
  {
    name: 'rest-api',
    stack: restApi,
    namespace: 'rest-api-development',
    deployment: 'api-deployment',
    labels: { app: 'api' },
    service: { name: 'api-service', port: 80 },
    ports: { http: 3000, metrics: 9091 },
    database: { app: 'postgres', workload: 'postgres-deployment' },
    servers: { cache: 'redis' },
    frontend: { app: 'frontend' },
    migration: 'api-migrate',
    signer: { kind: 'local' },
    edges: [...usual(9091), toCache],
    owned: true,
    yaml: committed('rest-api'),
  },
  {
    name: 'temporal-api',
    stack: temporalApi,
    namespace: 'temporal-development',
    deployment: 'temporal-api',
    labels: { app: 'temporal-api' },
    service: { name: 'temporal-api', port: 3000 },
    ports: { http: 3000, metrics: 9091 },
    database: { app: 'temporal-api-postgres', workload: 'temporal-api-postgres' },
    servers: { temporal: 'temporal' },
    frontend: { app: 'frontend' },
    migration: 'temporal-api-migrate',
    signer: { kind: 'elsewhere' },
    edges: [...usual(9091), { from: 'api', to: 'temporal', port: 7233 }],
    owned: false,
    yaml: committed('temporal-api'),
  },
  {
    name: 'todo-backend',
    stack: todoBackend,
    namespace: 'todo-chatbot-development',
    deployment: 'todo-chatbot-backend',
    labels: {
      'app.kubernetes.io/name': 'todo-chatbot',
      'app.kubernetes.io/instance': 'todo-chatbot',
      'app.kubernetes.io/component': 'backend',
    },
    service: { name: 'todo-chatbot-backend', port: 8000, nodePort: 30_081 },
    ports: { http: 8000, metrics: 9091 },
    database: { app: 'todo-postgres', workload: 'todo-postgres' },
    servers: {},
    frontend: { 'app.kubernetes.io/name': 'todo-chatbot', 'app.kubernetes.io/component': 'frontend' },
    migration: 'todo-chatbot-backend-migrate',
    signer: { kind: 'betterAuth', secret: 'todo-chatbot-backend-secret', key: 'BETTER_AUTH_SECRET' },
    edges: [...usual(9091), { from: 'frontend', to: 'api', port: 8000 }],
    owned: true,
    yaml: committed('todo-backend'),
  },
];

/** The API's labels as kubectl takes them. */
export const selector = ({ labels }: Subject): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');

export const documents = (yaml: string): Manifest[] => parseAllDocuments(yaml).map((document) => document.toJS() as Manifest);

/** Development with one more difference: an environment for tests alone, from the same stack. */
export const variation = (subject: Subject, difference: Difference<System>): string => {
  const { development } = subject.stack;
  const workloads = { ...development.workloads, api: { ...development.workloads?.api, ...difference.workloads?.api } };
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
