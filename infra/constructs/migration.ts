import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { migrationCommand } from '../model/command';
import { type Deployable, imageOf } from '../model/deployable';
import { migrationVariables } from '../model/variables';
import { checksum, inWave, metadata, recommendedLabels, versionLabel, wave } from './metadata';
import { apiUser, containerEnvironment, containerSecurity, podSecurity, resourceRequirements, writableFolders } from './pod';

/** Label `app` of the migration's pods: never that of the API, whose Service would send them requests. */
export const migrationApp = ({ names }: Deployable): string => names.migration;

/** Dots and capitals do not fit a name. */
const asName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/-$/, '');

/** A Job is immutable, so each content gets one of its own: named by a hash of it, and by the tag for people. */
const jobName = ({ names, release }: Deployable, spec: k8s.JobSpec): string => {
  const hash = checksum(JSON.stringify(spec)).slice(0, 8);
  return asName(`${names.migration}-${hash}-${release.tag}`);
};

/**
 * Applies the migrations of a version once, as the role that owns the tables. A sync wave, not a PreSync hook: on a first
 * sync, hooks run before the namespace's secrets and database exist, and would wait for what comes after them.
 */
export class Migration extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    const { names } = deployable;
    const app = migrationApp(deployable);
    new k8s.KubeServiceAccount(this, 'service-account', {
      metadata: metadata(deployable, names.migration, 'migration', { app }),
      automountServiceAccountToken: false,
    });
    const spec = jobSpec(deployable, app);
    new k8s.KubeJob(this, 'job', {
      metadata: { ...metadata(deployable, jobName(deployable, spec), 'migration', { app }), annotations: inWave(wave.migration) },
      spec,
    });
  }
}

const jobSpec = (deployable: Deployable, app: string): k8s.JobSpec => {
  const { names, system } = deployable;
  const writable = writableFolders({ '/tmp': '16Mi' });
  return {
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
            command: [...migrationCommand],
            env: containerEnvironment(migrationVariables(deployable)),
            resources: resourceRequirements(system.workloads.migration.resources),
            securityContext: containerSecurity,
            volumeMounts: writable.mounts,
          },
        ],
        volumes: writable.volumes,
      },
    },
  };
};
