import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  Cluster,
  ClusterSpecManagedRolesEnsure,
  ClusterSpecResourcesLimits,
  ClusterSpecResourcesRequests,
} from '../../imports/cluster-postgresql.cnpg.io';
import {
  Pooler,
  PoolerSpecPgbouncerPoolMode,
  type PoolerSpecTemplateSpecContainersResources,
  PoolerSpecTemplateSpecContainersResourcesLimits,
  PoolerSpecTemplateSpecContainersResourcesRequests,
  PoolerSpecType,
} from '../../imports/pooler-postgresql.cnpg.io';
import type { CloudNativePg, Postgres, Resources } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { poolerName } from '../model/facets';
import { roleSecretName } from '../model/secret-content';
import { keepAlways, metadata } from './metadata';

const poolerResources = ({ cpu, memory, limits }: Resources): PoolerSpecTemplateSpecContainersResources => ({
  requests: {
    cpu: PoolerSpecTemplateSpecContainersResourcesRequests.fromString(cpu),
    memory: PoolerSpecTemplateSpecContainersResourcesRequests.fromString(memory),
  },
  limits: { memory: PoolerSpecTemplateSpecContainersResourcesLimits.fromString(limits.memory) },
});

/** PostgreSQL run by the CloudNativePG operator, with PgBouncer between the API and it. */
export class PostgresCluster extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable, props: Postgres & { location: CloudNativePg }) {
    super(scope, id);
    const { location, database, user, owner, maxConnections } = props;
    const { name, image, instances, storage, resources, pooler } = location;
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
        postgresql: { parameters: { max_connections: String(maxConnections) } },
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
    new Pooler(this, 'pooler', {
      metadata: metadata(deployable, poolerName(name), 'pooler', {}),
      spec: {
        cluster: { name },
        instances: pooler.instances,
        type: PoolerSpecType.RW,
        template: {
          metadata: {},
          spec: { containers: [{ name: 'pgbouncer', resources: poolerResources(pooler.resources) }] },
        },
        pgbouncer: {
          poolMode: PoolerSpecPgbouncerPoolMode.TRANSACTION,
          parameters: {
            default_pool_size: String(pooler.connections),
            max_client_conn: String(pooler.maxClients),
            // The service names its statements; PgBouncer keeps them over transactions since 1.21.
            max_prepared_statements: '200',
            // The service asks for it when it connects, which PgBouncer else refuses; the migration sets it on the database.
            ignore_startup_parameters: 'statement_timeout',
          },
        },
      },
    });
    if (pooler.instances < 2) return;
    // The operator gives the servers a budget, and the poolers none.
    new k8s.KubePodDisruptionBudget(this, 'pooler-budget', {
      metadata: metadata(deployable, poolerName(name), 'pooler', {}),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: { 'cnpg.io/poolerName': poolerName(name) } },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}
