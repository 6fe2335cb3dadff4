import { Construct } from 'constructs';
import {
  Cluster,
  ClusterSpecManagedRolesEnsure,
  ClusterSpecResourcesLimits,
  ClusterSpecResourcesRequests,
} from '../../imports/cluster-postgresql.cnpg.io';
import {
  ScheduledBackup,
  ScheduledBackupSpecBackupOwnerReference,
  ScheduledBackupSpecMethod,
} from '../../imports/scheduledbackup-postgresql.cnpg.io';
import type { CloudNativePg, Postgres } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { roleSecretName } from '../model/secret-content';
import { clusterParameters } from '../model/server-parameters';
import { keepAlways, metadata } from './metadata';

/** PostgreSQL run by the CloudNativePG operator. */
export class PostgresCluster extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable, props: Postgres & { location: CloudNativePg }) {
    super(scope, id);
    const { location, database, user, owner } = props;
    const { name, image, instances, storage, resources, backup } = location;
    new Cluster(this, 'cluster', {
      metadata: { ...metadata(deployable, name, 'postgres', {}), annotations: keepAlways },
      spec: {
        instances,
        imageName: image,
        storage: { size: storage },
        resources: {
          requests: {
            cpu: ClusterSpecResourcesRequests.fromString(resources.cpu),
            memory: ClusterSpecResourcesRequests.fromString(resources.memory),
          },
          limits: { memory: ClusterSpecResourcesLimits.fromString(resources.limits.memory) },
        },
        postgresql: { parameters: clusterParameters(props) },
        ...(backup && { backup: { volumeSnapshot: { className: backup.snapshotClass } } }),
        bootstrap: { initdb: { database, owner, secret: { name: roleSecretName(name, 'owner') } } },
        managed: {
          roles: [
            {
              name: user,
              ensure: ClusterSpecManagedRolesEnsure.PRESENT,
              login: true,
              inherit: true,
              passwordSecret: { name: roleSecretName(name, 'application') },
              // The server's default, said so that nothing differs from what it stores.
              connectionLimit: -1,
            },
          ],
        },
      },
    });
    if (!backup) return;
    new ScheduledBackup(this, 'backup', {
      metadata: metadata(deployable, name, 'postgres', {}),
      spec: {
        cluster: { name },
        method: ScheduledBackupSpecMethod.VOLUME_SNAPSHOT,
        schedule: backup.schedule,
        backupOwnerReference: ScheduledBackupSpecBackupOwnerReference.CLUSTER,
      },
    });
  }
}
