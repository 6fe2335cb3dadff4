import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { OwnDatabase, Postgres as PostgresProps } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { ports } from '../model/facets';
import { rolesScript } from '../model/roles';
import { serverSecretName } from '../model/secret-content';
import { asArguments, ownParameters } from '../model/server-parameters';
import { checksum, keepAlways, metadata } from './metadata';
import { fromSecret, ownServer } from './own-server';
import { writableFolders } from './pod';

/** The user `postgres` of the Debian image. */
const postgresUser = 999;

const dataPath = '/var/lib/postgresql/data';

const ready = (failureThreshold: number, periodSeconds: number): k8s.Probe => ({
  // Over TCP: while the roles are made, the server listens on its socket only.
  exec: { command: ['pg_isready', '--host=127.0.0.1', '--username=postgres'] },
  periodSeconds,
  timeoutSeconds: 3,
  failureThreshold,
});

/** One PostgreSQL server beside the API. */
export class Postgres extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable, props: PostgresProps & { location: OwnDatabase }) {
    super(scope, id);
    const { location } = props;
    const { app, claim = `${app}-data`, storage } = location;
    const selected = { app };
    const secret = serverSecretName(app);
    const script = rolesScript(props);
    new k8s.KubeConfigMap(this, 'roles', {
      metadata: metadata(deployable, `${app}-init`, 'postgres', selected),
      data: { 'roles.sh': script },
    });
    new k8s.KubePersistentVolumeClaim(this, 'claim', {
      metadata: { ...metadata(deployable, claim, 'postgres', selected), annotations: keepAlways },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString(storage) } } },
    });
    const writable = writableFolders({ '/tmp': '64Mi', '/var/run/postgresql': '16Mi' });
    ownServer(this, {
      deployable,
      server: location,
      component: 'postgres',
      port: ports.postgres,
      user: postgresUser,
      annotations: { 'checksum/init': checksum(script) },
      container: {
        args: asArguments(ownParameters(props)),
        env: [
          // A folder below the mount: the volume's root may hold lost+found, which initdb refuses.
          { name: 'PGDATA', value: `${dataPath}/pgdata` },
          fromSecret('POSTGRES_PASSWORD', secret, 'superuser'),
          fromSecret('OWNER_PASSWORD', secret, 'owner'),
          fromSecret('APPLICATION_PASSWORD', secret, 'application'),
        ],
        startupProbe: ready(60, 2),
        livenessProbe: ready(6, 10),
        readinessProbe: ready(3, 5),
        volumeMounts: [
          { name: 'data', mountPath: dataPath },
          { name: 'init', mountPath: '/docker-entrypoint-initdb.d', readOnly: true },
          ...writable.mounts,
        ],
      },
      volumes: [
        { name: 'data', persistentVolumeClaim: { claimName: claim } },
        { name: 'init', configMap: { name: `${app}-init` } },
        ...writable.volumes,
      ],
    });
  }
}
