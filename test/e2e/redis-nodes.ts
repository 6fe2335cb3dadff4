import { isReady, kubectl, type Pod, podsOf, until } from './kubectl';

/** A Redis Cluster that a system runs, by the label `app` of its pods. */
export interface RedisClusterSubject {
  name: string;
  namespace: string;
  app: string;
  /** Image of Redis, for a stranger who tries to get in. */
  image: string;
  /** Service of the API that uses it. */
  service: { name: string; port: number };
}

export const size = 6;
export const keys = 300;

/** One node as the others see it. */
export interface Node {
  id: string;
  address: string;
  role: 'master' | 'slave';
  slots: string;
}

export const shell = (namespace: string, pod: string, line: string): Promise<string> =>
  kubectl(['exec', '-n', namespace, pod, '--', 'sh', '-c', line], undefined, 180_000);

export const nodesSeenBy = async (namespace: string, pod: string): Promise<Node[]> =>
  (await shell(namespace, pod, 'redis-cli cluster nodes'))
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' '))
    .map(([id = '', address = '', flags = '', , , , , , ...slots]) => ({
      id,
      address: address.split(':')[0] as string,
      role: flags.includes('master') ? ('master' as const) : ('slave' as const),
      slots: slots.join(' '),
    }))
    .sort((a, b) => a.id.localeCompare(b.id));

export const write = (namespace: string, pod: string): Promise<string> =>
  shell(namespace, pod, `for n in $(seq ${keys}); do echo "set e2e:$n value-$n"; done | redis-cli -c`);

/** How many values are as they were written, read at one node, which redirects to the others by name. */
const intact = async (namespace: string, pod: string): Promise<number> => {
  const answers = await shell(namespace, pod, `for n in $(seq ${keys}); do echo "get e2e:$n"; done | redis-cli -c`);
  return new Set(answers.match(/value-\d+/g) ?? []).size;
};

export const expectIntact = async (namespace: string, pod: string): Promise<void> => {
  const found = await intact(namespace, pod);
  if (found !== keys) throw new Error(`${found} of ${keys} values are left`);
};

const stateOf = (namespace: string, pod: string): Promise<string> =>
  shell(namespace, pod, "redis-cli cluster info | tr -d '\\r' | grep -e '^cluster_state' -e '^cluster_slots_ok' -e '^cluster_known_nodes'");

const whole = 'cluster_state:ok\ncluster_slots_ok:16384\ncluster_known_nodes:6';

export const untilWhole = async ({ namespace, app }: RedisClusterSubject): Promise<Pod[]> =>
  until('six ready nodes of a whole cluster', 300, async () => {
    const pods = (await podsOf(namespace, `app=${app}`)).filter(isReady);
    if (pods.length !== size) return undefined;
    const states = await Promise.all(pods.map(({ metadata }) => stateOf(namespace, metadata.name)));
    return states.every((state) => state.trim() === whole) ? pods : undefined;
  });
