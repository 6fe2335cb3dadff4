import { runIn } from './kubectl';
import { type Identity, proberPorts } from './probers';
import { connectProgram, type Reached, type Target } from './programs/connect';
import type { Subject } from './systems';

/** Everybody whose connections are tried, both ways: our pods, callers, the platform, and strangers. */
export const identitiesOf = ({ namespace, labels, database, servers, frontend, migration }: Subject): Identity[] => [
  { name: 'api', namespace, labels },
  { name: 'migration', namespace, labels: { app: migration } },
  { name: 'database', namespace, labels: { app: database.app } },
  ...Object.entries(servers).map(([name, app]) => ({ name, namespace, labels: { app } })),
  { name: 'frontend', namespace, labels: frontend },
  { name: 'stranger', namespace, labels: { app: 'stranger' } },
  { name: 'nginx', namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' } },
  { name: 'prometheus', namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } },
  { name: 'outsider', namespace: 'counterpart-e2e', labels },
];

export interface Matrix {
  tried: number;
  allowed: number;
  /** Edges that should connect and do not, and those that do and should not. */
  wrong: string[];
}

/** Whether policies of ours hold for a pod: in a namespace of somebody else, only for our own. */
const isIsolated = ({ namespace, owned, servers }: Subject, identity: Identity): boolean =>
  identity.namespace === namespace && (owned || ['api', 'migration', 'database', ...Object.keys(servers)].includes(identity.name));

/** Tries every ordered pair, on every port, at pods that really listen there. */
export const tryMatrix = async (subject: Subject, addresses: ReadonlyMap<string, string>): Promise<Matrix> => {
  const identities = identitiesOf(subject);
  const matrix: Matrix = { tried: 0, allowed: 0, wrong: [] };
  for (const from of identities) {
    const targets: Target[] = identities
      .filter((to) => to !== from && (isIsolated(subject, from) || isIsolated(subject, to)))
      .flatMap((to) => proberPorts.map((port) => ({ name: to.name, host: addresses.get(to.name) as string, port })));
    const reached = await runIn<Reached[]>(from.namespace, `prober-${from.name}`, connectProgram(targets));
    for (const { name, port, open } of reached) {
      const wanted = subject.edges.some((edge) => edge.from === from.name && edge.to === name && edge.port === port);
      matrix.tried += 1;
      if (wanted) matrix.allowed += 1;
      if (open !== wanted) matrix.wrong.push(`${from.name} -> ${name}:${port} is ${open ? 'open' : 'closed'}`);
    }
  }
  return matrix;
};
