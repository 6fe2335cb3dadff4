import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Application } from '../../imports/application-argoproj.io';
import { AppProject } from '../../imports/appproject-argoproj.io';
import { type EnvironmentName, environments } from '../environments';
import type { Deployable } from '../model/deployable';

/** Where Argo CD finds dist/. To deploy from a repository of your own, this is the line to change. */
const repository = 'https://github.com/counterpart/counterpart.git';

const argoNamespace = 'argocd';

/** The cluster that Argo CD itself runs in. */
const cluster = 'https://kubernetes.default.svc';

const applicationName = ({ environmentName, system }: Deployable): string => `${system.name}-${environmentName}`;

/** Hands dist/ to Argo CD: a project for each environment, an application for each file. */
export class GitOpsChart extends Chart {
  constructor(scope: Construct, deployables: readonly Deployable[]) {
    super(scope, 'argocd');
    for (const name of [...new Set(deployables.map(({ environmentName }) => environmentName))]) {
      this.project(
        name,
        deployables.filter(({ environmentName }) => environmentName === name),
      );
    }
    for (const deployable of deployables) this.application(deployable);
  }

  private project(name: EnvironmentName, deployables: readonly Deployable[]): void {
    new AppProject(this, `project-${name}`, {
      metadata: { name, namespace: argoNamespace },
      spec: {
        description: `Systems of the environment ${name}`,
        sourceRepos: [repository],
        destinations: [...new Set(deployables.map(({ namespace }) => namespace))].map((namespace) => ({ server: cluster, namespace })),
        clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
      },
    });
  }

  private application(deployable: Deployable): void {
    const { environmentName, namespace, system } = deployable;
    const { branch, automated } = environments[environmentName].gitops;
    new Application(this, applicationName(deployable), {
      metadata: {
        name: applicationName(deployable),
        namespace: argoNamespace,
        // Compared as the API server would store it: `1000` and `1k` are then the same, and so are defaults.
        annotations: { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' },
      },
      spec: {
        project: environmentName,
        source: {
          repoUrl: repository,
          targetRevision: branch,
          path: `dist/${environmentName}`,
          directory: { include: `${system.name}.k8s.yaml` },
        },
        destination: { server: cluster, namespace },
        syncPolicy: {
          // allowEmpty stays off: an empty folder is a mistake, not a wish to remove everything.
          ...(automated && { automated: { prune: true, selfHeal: true } }),
          syncOptions: ['ServerSideApply=true', 'PruneLast=true'],
          retry: { limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '3m' } },
        },
      },
    });
  }
}
