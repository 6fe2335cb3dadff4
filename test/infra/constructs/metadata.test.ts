import { matches, type Objects, type PodOwner } from '../../../infra/rules/objects';
import { at, everywhere, idOf, synthesized } from '../support/synthesized';

const selectedBy = (objects: Objects, selector: Record<string, string>): string[] =>
  objects.pods.filter(({ labels }: PodOwner) => matches(selector, labels)).map(({ object }) => idOf(object));

const labelsAt = (object: unknown, path: string) => at<Record<string, string>>(object, path);

describe.each(everywhere)('%s of %s', (environment, system) => {
  const objects = synthesized(environment, system);
  const deployment = objects.of('Deployment').map(idOf);

  test('has one Deployment, selected by app alone', () => {
    expect(deployment).toHaveLength(1);
    expect(at(objects.of('Deployment')[0], 'spec.selector')).toEqual({ matchLabels: { app: 'api' } });
  });

  test('selects with every workload its own pods and no others', () => {
    for (const kind of ['Deployment', 'StatefulSet']) {
      for (const workload of objects.of(kind)) {
        expect(selectedBy(objects, labelsAt(workload, 'spec.selector.matchLabels'))).toEqual([idOf(workload)]);
      }
    }
  });

  test('selects no pod of a Job or a store with what belongs to the API', () => {
    const selectors = [
      ...objects
        .of('PodDisruptionBudget')
        .filter(({ metadata }) => metadata.name === 'api-pdb')
        .map((budget) => labelsAt(budget, 'spec.selector.matchLabels')),
      ...objects
        .of('NetworkPolicy')
        .filter(({ metadata }) => metadata.name === 'api-network-policy')
        .map((policy) => labelsAt(policy, 'spec.podSelector.matchLabels')),
      ...objects
        .of('Service')
        .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'api')
        .map((service) => labelsAt(service, 'spec.selector')),
    ];
    expect(selectors.length).toBeGreaterThanOrEqual(2);
    for (const selector of selectors) expect(selectedBy(objects, selector)).toEqual(deployment);
  });

  test('never selects by a recommended label or by the version', () => {
    const selectors = JSON.stringify([
      ...objects.of('Deployment').map((object) => at(object, 'spec.selector')),
      ...objects.of('StatefulSet').map((object) => at(object, 'spec.selector')),
      ...objects.of('Service').map((object) => at(object, 'spec.selector')),
      ...objects.of('PodDisruptionBudget').map((object) => at(object, 'spec.selector')),
      ...objects.of('NetworkPolicy').map((object) => at(object, 'spec.podSelector')),
    ]);
    expect(selectors).not.toContain('app.kubernetes.io/');
  });

  test('carries the recommended labels on every object', () => {
    for (const { metadata } of objects.all) {
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/name': 'api',
        'app.kubernetes.io/part-of': system,
        'app.kubernetes.io/component': expect.stringMatching(/^[a-z-]+$/),
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
