import { runIn } from './kubectl';
import { type Identity, proberPorts } from './probers';
import { connectProgram, type Reached, type Target } from './programs/connect';
import type { Subject } from './systems';

/** One connection that the stack means to allow. */
interface Edge {
  from: string;
  to: string;
  port: number;
}

/** Everybody whose connections are tried, both ways: our pods, callers, the platform, and strangers. */
export const identitiesOf = ({ namespace, database, cache, migration }: Subject): Identity[] => [
  { name: 'api', namespace, labels: { app: 'api' } },
  { name: 'migration', namespace, labels: { app: migration } },
  { name: 'database', namespace, labels: { app: database.app } },
  { name: 'cache', namespace, labels: { app: cache.app } },
  { name: 'frontend', namespace, labels: { app: 'frontend' } },
  { name: 'stranger', namespace, labels: { app: 'stranger' } },
  { name: 'ingress', namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' } },
  { name: 'prometheus', namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } },
  { name: 'outsider', namespace: 'counterpart-e2e', labels: { app: 'api' } },
];

/** What a development stack allows. Said here once more on purpose: a test that asks the policies themselves proves nothing. */
export const allowedEdges = ({ ports, name }: Subject): Edge[] => [
  ...(name === 'itellico-api'
    ? [
        { from: 'frontend', to: 'api', port: ports.http },
        { from: 'ingress', to: 'api', port: ports.http },
      ]
    : []),
  { from: 'prometheus', to: 'api', port: ports.metrics },
  { from: 'api', to: 'database', port: 5432 },
  { from: 'api', to: 'cache', port: 6379 },
  { from: 'migration', to: 'database', port: 5432 },
];

export interface Matrix {
  tried: number;
  allowed: number;
  /** Edges that should connect and do not, and those that do and should not. */
  wrong: string[];
}

/** Namespaces that are not ours have no policies of ours: what goes on between two of them says nothing. */
const isOurs = (subject: Subject, identity: Identity): boolean => identity.namespace === subject.namespace;

/** Tries every ordered pair, on every port, at pods that really listen there. */
export const tryMatrix = async (subject: Subject, addresses: ReadonlyMap<string, string>): Promise<Matrix> => {
  const identities = identitiesOf(subject);
  const edges = allowedEdges(subject);
  const matrix: Matrix = { tried: 0, allowed: 0, wrong: [] };
  for (const from of identities) {
    const targets: Target[] = identities
      .filter((to) => to !== from && (isOurs(subject, from) || isOurs(subject, to)))
      .flatMap((to) => proberPorts.map((port) => ({ name: to.name, host: addresses.get(to.name) as string, port })));
    const reached = await runIn<Reached[]>(from.namespace, `prober-${from.name}`, connectProgram(targets));
    for (const { name, port, open } of reached) {
      const wanted = edges.some((edge) => edge.from === from.name && edge.to === name && edge.port === port);
      matrix.tried += 1;
      if (wanted) matrix.allowed += 1;
      if (open !== wanted) matrix.wrong.push(`${from.name} -> ${name}:${port} is ${open ? 'open' : 'closed'}`);
    }
  }
  return matrix;
};
