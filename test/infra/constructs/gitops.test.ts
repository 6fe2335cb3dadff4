import { App } from 'cdk8s';
import { GitOpsChart } from '../../../infra/constructs/gitops';
import { type KubernetesObject, Objects } from '../../../infra/rules/objects';
import { at, deployableOf, everywhere, named } from '../support/synthesized';

const deployables = everywhere.map(([environment, system]) => deployableOf(environment, system));
const objects = new Objects(new GitOpsChart(new App({ recordConstructMetadata: false }), deployables).toJson());

const application = (name: string): KubernetesObject => named(objects, 'Application', name);

test('there is a project for each environment and an application for each file', () => {
  expect(objects.of('AppProject').map(({ metadata }) => metadata.name)).toEqual(['development', 'staging', 'production']);
  expect(objects.of('Application').map(({ metadata }) => metadata.name)).toEqual(
    everywhere.map(([environment, system]) => `${system}-${environment}`),
  );
  expect(objects.all).toHaveLength(3 + 3 * 5);
});

test.each(everywhere)('the application of %s %s tracks its one file and nothing beside it', (environment, system) => {
  expect(at(application(`${system}-${environment}`), 'spec.source')).toMatchObject({
    path: `dist/${environment}`,
    directory: { include: `${system}.k8s.yaml` },
    targetRevision: environment === 'production' ? 'main' : 'develop',
  });
});

test.each(everywhere)('the application of %s %s goes to its namespace, in the project of its environment', (environment, system) => {
  const { spec } = application(`${system}-${environment}`);
  const { namespace } = deployableOf(environment, system);
  expect(spec).toMatchObject({ project: environment, destination: { server: 'https://kubernetes.default.svc', namespace } });
});

test('a change is applied without being asked on development and staging, never in production', () => {
  const automated = (environment: string) => at(application(`itellico-api-${environment}`), 'spec.syncPolicy.automated');
  expect(automated('development')).toEqual({ prune: true, selfHeal: true });
  expect(automated('staging')).toEqual({ prune: true, selfHeal: true });
  expect(automated('production')).toBeUndefined();
});

test('everything is applied by the server, field by field, and removed last', () => {
  for (const { spec } of objects.of('Application')) {
    expect(at(spec, 'syncPolicy.syncOptions')).toEqual(expect.arrayContaining(['ServerSideApply=true', 'PruneLast=true']));
  }
});

test('an empty folder never empties an environment', () => {
  expect(JSON.stringify(objects.all)).not.toContain('allowEmpty');
});

test('no application asks to ignore what an autoscaler writes, since none writes it itself', () => {
  expect(JSON.stringify(objects.all)).not.toContain('ignoreDifferences');
});

test('a project reaches the namespaces of its environment, and of all cluster objects only Namespaces', () => {
  const reached = objects
    .of('AppProject')
    .map(({ spec }) => at<{ namespace: string }[]>(spec, 'destinations').map(({ namespace }) => namespace));
  const namespaces = ['itellico-mono', 'pet-backend', 'rest-api', 'temporal', 'todo-chatbot'];
  expect(reached).toEqual(['-development', '-staging', ''].map((suffix) => namespaces.map((name) => `${name}${suffix}`)));
  for (const { spec } of objects.of('AppProject')) {
    expect(at(spec, 'clusterResourceWhitelist')).toEqual([{ group: '', kind: 'Namespace' }]);
  }
});

test('projects and applications name one repository, where Argo CD itself may look', () => {
  const repositories = [
    ...objects.of('AppProject').flatMap(({ spec }) => at<string[]>(spec, 'sourceRepos')),
    ...objects.of('Application').map(({ spec }) => at<string>(spec, 'source.repoURL')),
  ];
  expect(new Set(repositories).size).toBe(1);
  expect(new Set(objects.all.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['argocd']));
});
