import { type Container, isSidecar, type KubernetesObject, namespaceOf, type Objects } from './objects';
import { amountOf } from './quantities';
import { replicasOf, surgeOf } from './workloads';

/** Amounts by the names of a quota: `requests.cpu`, `limits.memory`, `pods`. */
export type Amounts = Readonly<Record<string, number>>;

type Quantities = Readonly<Record<string, string | number>>;

interface Resources {
  requests?: Quantities;
  limits?: Quantities;
}

const combined = (all: readonly Amounts[], combine: (a: number, b: number) => number): Amounts => {
  const total: Record<string, number> = {};
  for (const [name, value] of all.flatMap((amounts) => Object.entries(amounts))) total[name] = combine(total[name] ?? 0, value);
  return total;
};

const sum = (all: readonly Amounts[]): Amounts => combined(all, (a, b) => a + b);

const times = (amounts: Amounts, pods: number): Amounts =>
  Object.fromEntries(Object.entries(amounts).map(([name, each]) => [name, each * pods]));

/** What is limited and not requested is requested alike. */
const ofResources = ({ limits = {}, requests = {} }: Resources): Amounts => {
  const sides = { requests: { ...limits, ...requests }, limits };
  return Object.fromEntries(
    Object.entries(sides).flatMap(([side, of]) => Object.entries(of).map(([name, quantity]) => [`${side}.${name}`, amountOf(quantity)])),
  );
};

/** What a LimitRange gives to containers that say nothing themselves. */
const defaultsOf = (objects: Objects, namespace: string): Resources => {
  const limits = objects.within(namespace, 'LimitRange').flatMap(({ spec }) => {
    const { limits: rows = [] } = (spec ?? {}) as { limits?: { type: string; default?: Quantities; defaultRequest?: Quantities }[] };
    return rows.filter(({ type }) => type === 'Container');
  });
  return {
    limits: Object.assign({}, ...limits.map((row) => row.default)),
    requests: Object.assign({}, ...limits.map((row) => row.defaultRequest)),
  };
};

/** What one container counts against a quota of its namespace. */
export const demandOfContainer = (objects: Objects, namespace: string, container: Container): Amounts => {
  const { requests, limits } = (container as { resources?: Resources }).resources ?? {};
  const defaults = defaultsOf(objects, namespace);
  // A limit of its own is the request, before the default is.
  return ofResources({ limits: { ...defaults.limits, ...limits }, requests: { ...defaults.requests, ...limits, ...requests } });
};

interface Containers {
  containers: readonly Container[];
  initContainers?: readonly Container[];
}

/** What one pod counts: its containers together, or one init container alone where that is more. */
const ofPod = (objects: Objects, namespace: string, { containers, initContainers = [] }: Containers): Amounts => {
  const of = (container: Container) => demandOfContainer(objects, namespace, container);
  const running = sum([...initContainers.filter(isSidecar), ...containers].map(of));
  return { pods: 1, ...combined([running, ...initContainers.filter((container) => !isSidecar(container)).map(of)], Math.max) };
};

interface CloudNativePg {
  instances?: number;
  resources?: Resources;
  template?: { spec?: { containers?: Container[] } };
}

/** Pods that an operator makes of a CloudNativePG Cluster or Pooler. */
const ofOperator = (objects: Objects, object: KubernetesObject): Amounts => {
  const { instances = 1, resources, template } = (object.spec ?? {}) as CloudNativePg;
  const container = { name: object.kind, image: '', resources } as Container;
  return times(ofPod(objects, namespaceOf(object), { containers: template?.spec?.containers ?? [container] }), instances);
};

/** What a namespace needs when everything runs at its most, in the middle of a rollout. */
export const demandAtMost = (objects: Objects, namespace: string): Amounts =>
  sum([
    ...objects.podsWithin(namespace).map((pod) => {
      const { most } = replicasOf(objects, pod);
      return times(ofPod(objects, namespace, pod.spec), most + surgeOf(pod, most));
    }),
    ...['Cluster', 'Pooler'].flatMap((kind) =>
      objects
        .within(namespace, kind)
        .filter(({ apiVersion }) => apiVersion.startsWith('postgresql.cnpg.io/'))
        .map((object) => ofOperator(objects, object)),
    ),
  ]);
