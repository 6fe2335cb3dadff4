import type { Program } from './child';
import { origin, service } from './service';
import type { Surroundings } from './surroundings';

export interface Candidate {
  name: string;
  program: Program;
  /** Requested in turn. */
  paths: readonly string[];
  /** Name of the bare route that answers with the same body. @default - the one that says hello */
  bare?: string;
  /** Names of those with which it is compared, besides. */
  baselines?: { inTurn: string; atOnce: string };
}

/** Every candidate gets the same headers; what reads them is part of its cost. */
export const headersOf = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  origin,
  // Looked at, and then nothing is compressed: that would cost the more the larger the answer.
  'accept-encoding': 'identity',
});

export const candidates = ({ databaseUrl, redisUrl, caller, taskIds }: Surroundings): Candidate[] => {
  const baseline: Program = {
    file: 'test/bench/baseline.js',
    readyPath: '/',
    environment: { NODE_ENV: 'production', DATABASE_URL: databaseUrl, CALLER: JSON.stringify(caller) },
  };
  const inMemory = service(databaseUrl);
  const inRedis = service(databaseUrl, { REDIS_URL: redisUrl ?? '' });
  const uncached = service(databaseUrl, { ENABLE_CACHE: 'false' });
  const tasksBelow = (path: string): string[] => taskIds.map((id) => `${path}/${id}`);
  const cached = tasksBelow('/api/tasks');
  return [
    { name: 'bare', program: baseline, paths: ['/'] },
    { name: 'bare roles', program: baseline, paths: ['/roles'] },
    { name: 'bare task', program: baseline, paths: tasksBelow('/task') },
    { name: 'roles, memory', program: inMemory, paths: ['/api/roles'], bare: 'bare roles' },
    { name: 'cached task, memory', program: inMemory, paths: cached, bare: 'bare task' },
    ...(redisUrl
      ? [
          { name: 'roles, Redis', program: inRedis, paths: ['/api/roles'], bare: 'bare roles' },
          { name: 'cached task, Redis', program: inRedis, paths: cached, bare: 'bare task' },
        ]
      : []),
    ...[
      { what: 'task', paths: tasksBelow },
      { what: '20 tasks', paths: (path: string) => [path] },
    ].flatMap(({ what, paths }) => {
      const [inTurn, atOnce] = [`${what}, pg in turn`, `${what}, pg at once`] as const;
      return [
        { name: inTurn, program: baseline, paths: paths('/in-turn') },
        { name: atOnce, program: baseline, paths: paths('/at-once') },
        { name: `${what}, database`, program: uncached, paths: paths('/api/tasks'), baselines: { inTurn, atOnce } },
      ];
    }),
  ];
};
