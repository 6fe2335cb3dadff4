import { isDeepStrictEqual } from 'node:util';
import { matches, type Objects, type PodOwner } from '../../../infra/rules/objects';
import { at, deployableOf, everywhere, idOf, objectsOf, type SystemName, synthesized } from '../support/synthesized';

const selectedBy = (objects: Objects, selector: Record<string, string>): string[] =>
  objects.pods.filter(({ labels }: PodOwner) => matches(selector, labels)).map(({ object }) => idOf(object));

const labelsAt = (object: unknown, path: string) => at<Record<string, string>>(object, path);

/** The labels of each guide. */
const selectors: Record<SystemName, Record<string, string>> = {
  'itellico-api': { app: 'api' },
  'pet-backend': { app: 'pet-backend' },
  'rest-api': { app: 'api' },
  'temporal-api': { app: 'temporal-api' },
  'todo-backend': {
    'app.kubernetes.io/name': 'todo-chatbot',
    'app.kubernetes.io/instance': 'todo-chatbot',
    'app.kubernetes.io/component': 'backend',
  },
};

describe.each(everywhere)('%s of %s', (environment, system) => {
  const deployable = deployableOf(environment, system);
  const { names } = deployable;
  const objects = objectsOf(deployable);
  const deployment = objects.of('Deployment').map(idOf);
  const selector = selectors[system];

  test('has one Deployment, selected by the labels of its guide alone', () => {
    expect(deployment).toHaveLength(1);
    expect(at(objects.of('Deployment')[0], 'spec.selector')).toEqual({ matchLabels: selector });
  });

  test('selects with every workload its own pods and no others', () => {
    for (const kind of ['Deployment', 'StatefulSet']) {
      for (const workload of objects.of(kind)) {
        expect(selectedBy(objects, labelsAt(workload, 'spec.selector.matchLabels'))).toEqual([idOf(workload)]);
      }
    }
  });

  test('selects no pod of a Job or a store with what belongs to the API', () => {
    const ofApi = (kind: string, name: string, path: string) =>
      objects
        .of(kind)
        .filter(({ metadata }) => metadata.name === name)
        .map((object) => labelsAt(object, path));
    const found = [
      ...ofApi('PodDisruptionBudget', names.disruptionBudget, 'spec.selector.matchLabels'),
      ...ofApi('NetworkPolicy', names.networkPolicy, 'spec.podSelector.matchLabels'),
      ...ofApi('Service', names.service, 'spec.selector'),
    ];
    expect(found.length).toBeGreaterThanOrEqual(2);
    for (const labels of found) {
      expect(labels).toEqual(selector);
      expect(selectedBy(objects, labels)).toEqual(deployment);
    }
  });

  test('never selects by a recommended label, unless its guide does, and never by the version', () => {
    const found = [
      ...['Deployment', 'StatefulSet', 'PodDisruptionBudget'].flatMap((kind) =>
        objects.of(kind).map((object) => labelsAt(object, 'spec.selector.matchLabels')),
      ),
      ...objects.of('Service').map((object) => labelsAt(object, 'spec.selector')),
    ];
    const others = found.filter((labels) => !isDeepStrictEqual(labels, selector));
    expect(found.length).toBeGreaterThan(others.length);
    expect(JSON.stringify(others)).not.toContain('app.kubernetes.io/');
  });

  test('carries the recommended labels on every object: the API its name, everything else what it is', () => {
    const own = { 'app.kubernetes.io/name': deployable.system.app, 'app.kubernetes.io/component': 'api', ...selector };
    for (const { metadata } of objects.all) {
      const component = metadata.labels?.['app.kubernetes.io/component'] ?? '';
      const isApi = component === own['app.kubernetes.io/component'];
      expect(component).toMatch(/^[a-z-]+$/);
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/name': isApi ? own['app.kubernetes.io/name'] : component,
        'app.kubernetes.io/part-of': system,
        'app.kubernetes.io/managed-by': 'counterpart',
      });
    }
  });

  test('names every ServiceAccount that its pods run as', () => {
    const accounts = objects.of('ServiceAccount').map(({ metadata }) => metadata.name);
    const used = objects.pods.map(({ spec }) => at<string | undefined>(spec, 'serviceAccountName')).filter((name) => name !== undefined);
    expect(new Set(used)).toEqual(new Set(accounts));
  });
});

test('labels of a stack are carried by the pods and never selected', () => {
  const objects = synthesized('production', 'rest-api', { labels: { team: 'payments' } });
  const pods = objects.pods.filter(({ labels }) => labels.team === 'payments').map(({ object }) => object.kind);
  expect(pods).toEqual(['Deployment']);
  expect(JSON.stringify(objects.of('Deployment').map((object) => at(object, 'spec.selector')))).not.toContain('payments');
});
