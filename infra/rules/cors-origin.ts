import { type Deployable, placeOf } from '../model/deployable';
import { edgeOf } from '../model/entrance';
import type { Finding } from '../model/finding';
import { settingValue } from '../model/setting-value';
import { serviceContainers, textOf } from './containers';
import type { KubernetesObject, Objects } from './objects';
import type { Rule, World } from './rule';

/** Origins that one object of the edge answers for; undefined when it leaves CORS alone. */
const originsOf = ({ kind, metadata, spec }: KubernetesObject): string[] | undefined => {
  if (kind === 'Ingress') {
    const annotations = metadata.annotations ?? {};
    if (annotations['nginx.ingress.kubernetes.io/enable-cors'] !== 'true') return undefined;
    return (annotations['nginx.ingress.kubernetes.io/cors-allow-origin'] ?? '*').split(',');
  }
  if (kind === 'Middleware')
    return (spec as { headers?: { accessControlAllowOriginList?: string[] } }).headers?.accessControlAllowOriginList;
  const { rules = [] } = spec as { rules?: { filters?: { cors?: { allowOrigins?: string[] } }[] }[] };
  const cors = rules.flatMap(({ filters = [] }) => filters).find((filter) => filter.cors)?.cors;
  return cors && (cors.allowOrigins ?? []);
};

/** Origins that the edge answers for; undefined when none of its objects does. */
const ofEdge = (objects: Objects, { namespace }: Deployable): string[] | undefined =>
  ['Ingress', 'Middleware', 'HTTPRoute']
    .flatMap((kind) => objects.within(namespace, kind))
    .map(originsOf)
    .find((origins) => origins !== undefined);

const ownerTold = ({ deployables, objects }: World, namespace: string): string | undefined => {
  const api = serviceContainers(deployables, objects).find(
    ({ pod, deployable }) => pod.object.kind === 'Deployment' && deployable.namespace === namespace,
  );
  const variable = api?.container.env?.find(({ name }) => name === 'CORS_OWNER');
  return api && variable && textOf(variable, objects, api.pod.object);
};

/** Origins that anybody can take, or that only a developer's machine has. */
const isUnsafe = (origin: string): boolean => {
  const host = /^https:\/\/([^:/]+)/.exec(origin)?.[1];
  return !host || host.includes('*') || host === 'localhost' || host === '127.0.0.1';
};

function* ownership(world: World, deployable: Deployable, edge: readonly string[] | undefined): Iterable<Finding> {
  const told = ownerTold(world, deployable.namespace) ?? 'service';
  const owner = edge ? 'edge' : 'service';
  if (told === owner) return;
  yield {
    at: placeOf(deployable),
    path: 'env CORS_OWNER',
    got: `${told}, while the edge ${edge ? 'answers CORS, too' : 'does not answer it'}`,
    allowed: `${owner}: one owner, since browsers refuse two answers and miss none`,
    fix: 'Let CORS_OWNER follow from workloads.api.exposure.cors.',
  };
}

export const corsOrigin: Rule = {
  code: 'CORS-ORIGIN',
  title: 'One owner answers CORS, for the origins that the stack names',
  why: 'Browsers refuse every call, or pages of strangers may call with the credentials of a user.',
  severity: 'error',
  reads: 'world',
  *check(world) {
    for (const deployable of world.deployables) {
      const at = placeOf(deployable);
      const edge = ofEdge(world.objects, deployable);
      const origins = settingValue<readonly string[]>(deployable.system, 'cors.origins');
      yield* ownership(world, deployable, edge);
      if (edge && edge.join() !== origins.join()) {
        yield {
          at,
          path: 'workloads.api.exposure.cors',
          got: edge.join(', ') || 'no origin',
          allowed: `the origins of the service: ${origins.join(', ') || 'none'}`,
          fix: 'Name them once, as CORS_ORIGINS in config or cors.origins in file.',
        };
      }
      const unsafe =
        edgeOf(deployable) && !deployable.environment.localOrigins ? [...new Set([...origins, ...(edge ?? [])])].filter(isUnsafe) : [];
      if (unsafe.length === 0) continue;
      yield {
        at,
        path: 'config.CORS_ORIGINS',
        got: unsafe.join(', '),
        allowed: 'origins over https, without wildcard, of hosts other than a machine of a developer',
        fix: 'Name the pages that call; an environment for developers says localOrigins.',
      };
    }
  },
};
