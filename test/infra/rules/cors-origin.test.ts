import { corsOrigin } from '../../../infra/rules/cors-origin';
import type { KubernetesObject } from '../../../infra/rules/objects';
import { edgeKinds, entrance } from '../support/exposures';
import { changedProduction, itellicoApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

const edge = (kind: string, more: Record<string, unknown> = {}) =>
  changedProduction(itellicoApi, { workloads: { api: { exposure: { kind, ...entrance, ...more } } } });

const owned = (objects: KubernetesObject[], owner: string): KubernetesObject[] => {
  const variable = containerOf(find(objects, 'Deployment', 'api')).env.find(({ name }) => name === 'CORS_OWNER');
  if (variable) variable.value = owner;
  return objects;
};

const calledFrom = (...CORS_ORIGINS: string[]) => changedProduction(itellicoApi, { config: { CORS_ORIGINS } });

describe('CORS-ORIGIN', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(corsOrigin, worldOf(stacks, environment))).toEqual([]);
  });

  test.each(edgeKinds)('has nothing to say of an edge of kind %s, with CORS or without', (kind) => {
    expect(findingsOf(corsOrigin, worldOf([edge(kind)]))).toEqual([]);
    expect(findingsOf(corsOrigin, worldOf([edge(kind, { cors: undefined })]))).toEqual([]);
  });

  test.each(['nginx', 'traefik', 'gateway'])('finds a service that answers beside an edge of kind %s', (kind) => {
    expect(
      findingsOf(
        corsOrigin,
        worldOf([edge(kind)], 'production', (objects) => owned(objects, 'service')),
      ),
    ).toEqual([
      {
        at: 'production.itellico-api',
        path: 'env CORS_OWNER',
        got: 'service, while the edge answers CORS, too',
        allowed: 'edge: one owner, since browsers refuse two answers and miss none',
        fix: 'Let CORS_OWNER follow from workloads.api.exposure.cors.',
      },
    ]);
  });

  test('finds a service that leaves CORS to an edge which does not answer it', () => {
    expect(
      findingsOf(
        corsOrigin,
        worldOf([edge('alb')], 'production', (objects) => owned(objects, 'edge')),
      ),
    ).toMatchObject([{ got: 'edge, while the edge does not answer it' }]);
  });

  test('finds an edge that answers for other origins than the service was told', () => {
    const world = worldOf([itellicoApi], 'production', (objects) => {
      const { annotations = {} } = find(objects, 'Ingress', 'api-ingress').metadata;
      annotations['nginx.ingress.kubernetes.io/cors-allow-origin'] = 'https://app.itellico.com';
      return objects;
    });
    expect(findingsOf(corsOrigin, world)).toEqual([
      {
        at: 'production.itellico-api',
        path: 'workloads.api.exposure.cors',
        got: 'https://app.itellico.com',
        allowed: 'the origins of the service: https://app.itellico.com, https://itellico.com',
        fix: 'Name them once, as CORS_ORIGINS in config or cors.origins in file.',
      },
    ]);
  });

  test('finds an edge that answers for every origin, which is what nginx does when nothing is said', () => {
    const world = worldOf([itellicoApi], 'production', (objects) => {
      delete find(objects, 'Ingress', 'api-ingress').metadata.annotations?.['nginx.ingress.kubernetes.io/cors-allow-origin'];
      return objects;
    });
    expect(findingsOf(corsOrigin, world)).toMatchObject([{ got: '*' }, { path: 'config.CORS_ORIGINS', got: '*' }]);
  });

  test.each(['http://app.itellico.com', 'https://localhost:3000', 'http://localhost:3000'])(
    'finds the origin %s in production',
    (origin) => {
      expect(findingsOf(corsOrigin, worldOf([calledFrom('https://itellico.com', origin)]))).toMatchObject([
        { path: 'config.CORS_ORIGINS', got: origin },
      ]);
    },
  );

  test('takes it where developers work', () => {
    const stack = { ...itellicoApi, development: { config: { CORS_ORIGINS: ['http://localhost:3000'] } } };
    expect(findingsOf(corsOrigin, worldOf([stack], 'development'))).toEqual([]);
  });
});
