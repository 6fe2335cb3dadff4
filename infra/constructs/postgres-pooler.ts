import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  Pooler,
  PoolerSpecPgbouncerPoolMode,
  type PoolerSpecTemplateSpecContainersResources,
  PoolerSpecTemplateSpecContainersResourcesLimits,
  PoolerSpecTemplateSpecContainersResourcesRequests,
  PoolerSpecType,
} from '../../imports/pooler-postgresql.cnpg.io';
import type { CloudNativePg, Resources } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { poolerName } from '../model/facets';
import { metadata } from './metadata';

const poolerResources = ({ cpu, memory, limits }: Resources): PoolerSpecTemplateSpecContainersResources => ({
  requests: {
    cpu: PoolerSpecTemplateSpecContainersResourcesRequests.fromString(cpu),
    memory: PoolerSpecTemplateSpecContainersResourcesRequests.fromString(memory),
  },
  limits: { memory: PoolerSpecTemplateSpecContainersResourcesLimits.fromString(limits.memory) },
});

export interface PostgresPoolerProps {
  location: CloudNativePg;
  /** Before the primary, or before the replicas. */
  slot: 'database' | 'reader';
}

/** PgBouncer between the API and a CloudNativePG cluster. */
export class PostgresPooler extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable, { location, slot }: PostgresPoolerProps) {
    super(scope, id);
    const { name, pooler } = location;
    const own = poolerName(name, slot);
    new Pooler(this, 'pooler', {
      metadata: metadata(deployable, own, 'pooler', {}),
      spec: {
        cluster: { name },
        instances: pooler.instances,
        type: slot === 'reader' ? PoolerSpecType.RO : PoolerSpecType.RW,
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
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: metadata(deployable, own, 'pooler', {}),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: { 'cnpg.io/poolerName': own } },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}
