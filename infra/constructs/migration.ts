import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type Deployable, imageOf } from '../model/deployable';
import { entryPoints } from '../model/service';
import { migrationVariables } from '../model/variables';
import { inWave, metadata, recommendedLabels, versionLabel, wave } from './metadata';
import { apiUser, containerEnvironment, containerSecurity, podSecurity, resourceRequirements, writableFolders } from './pod';

/** Label `app` of the migration's pods: never that of the API, whose Service would send them requests. */
export const migrationApp = ({ names }: Deployable): string => names.migration;

/** Jobs are immutable, so each version gets one of its own; dots and capitals do not fit a name. */
const jobName = ({ names, release }: Deployable): string =>
  `${names.migration}-${release.tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, 63).replace(/-$/, '');

/**
 * Applies the migrations of a version once, as the role that owns the tables. A sync wave, not a PreSync hook: on a first
 * sync, hooks run before the namespace's secrets and database exist, and would wait for what comes after them.
 */
export class Migration extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    const { names, system } = deployable;
    const { migration } = system.workloads;
    const app = migrationApp(deployable);
    const writable = writableFolders({ '/tmp': '16Mi' });
    new k8s.KubeServiceAccount(this, 'service-account', {
      metadata: metadata(deployable, names.migration, 'migration', { app }),
      automountServiceAccountToken: false,
    });
    new k8s.KubeJob(this, 'job', {
      metadata: { ...metadata(deployable, jobName(deployable), 'migration', { app }), annotations: inWave(wave.migration) },
      spec: {
        // The database may still be starting on a first apply: retries with back-off, within a quarter of an hour.
        backoffLimit: 6,
        activeDeadlineSeconds: 900,
        template: {
          metadata: { labels: { app, ...recommendedLabels(deployable, 'migration'), ...versionLabel(deployable) } },
          spec: {
            restartPolicy: 'Never',
            serviceAccountName: names.migration,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: podSecurity(apiUser),
            ...(system.image.pullSecret && { imagePullSecrets: [{ name: system.image.pullSecret }] }),
            containers: [
              {
                name: 'migrate',
                image: imageOf(deployable),
                imagePullPolicy: 'IfNotPresent',
                command: ['node', entryPoints.migration],
                env: containerEnvironment(migrationVariables(deployable)),
                resources: resourceRequirements(migration.resources),
                securityContext: containerSecurity,
                volumeMounts: writable.mounts,
              },
            ],
            volumes: writable.volumes,
          },
        },
      },
    });
  }
}
