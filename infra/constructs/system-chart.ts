import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Postgres as PostgresProps, Redis as RedisProps } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { ApiDeployment } from './api-deployment';
import { Autoscaling } from './autoscaling';
import { Configuration } from './configuration';
import { Exposure } from './exposure';
import { Migration } from './migration';
import { Namespace } from './namespace';
import { NetworkIsolation } from './network-isolation';
import { Observability } from './observability';
import { PostgresMonitors } from './observability/postgres';
import { Postgres } from './postgres';
import { PostgresCluster } from './postgres-cluster';
import { PostgresPooler } from './postgres-pooler';
import { Quota } from './quota';
import { Redis } from './redis';
import type { RedisSlot } from './redis-arguments';
import { RedisCluster } from './redis-cluster';
import { Secrets } from './secrets';
import { Temporal } from './temporal';

/** Everything of one system in one environment, in the order in which it can be applied. */
export class SystemChart extends Chart {
  constructor(scope: Construct, deployable: Deployable) {
    super(scope, deployable.system.name);
    new Namespace(this, 'namespace', deployable);
    new Quota(this, 'quota', deployable);
    new Configuration(this, 'configuration', deployable);
    new Secrets(this, 'secrets', deployable);
    new NetworkIsolation(this, 'network', deployable);
    const { database, reader, cache, queue, workflows } = deployable.system.dependencies;
    if (database) this.database(deployable, database);
    if (reader?.location.kind === 'cloudNativePg') {
      new PostgresPooler(this, 'reader', deployable, { location: reader.location, slot: 'reader' });
    }
    if (cache) this.redis('cache', deployable, cache);
    if (queue?.kind === 'redis') this.redis('queue', deployable, queue);
    if (workflows?.location.kind === 'own') {
      new Temporal(this, 'workflows', deployable, { location: workflows.location, namespace: workflows.namespace });
    }
    new Migration(this, 'migration', deployable);
    new ApiDeployment(this, 'api', deployable);
    new Autoscaling(this, 'scale', deployable);
    new Exposure(this, 'exposure', deployable);
    new Observability(this, 'observability', deployable);
    new PostgresMonitors(this, 'database-monitors', deployable);
  }

  private database(deployable: Deployable, { location, ...database }: PostgresProps): void {
    if (location.kind === 'own') new Postgres(this, 'database', deployable, { ...database, location });
    if (location.kind !== 'cloudNativePg') return;
    new PostgresCluster(this, 'database', deployable, { ...database, location });
    new PostgresPooler(this, 'pooler', deployable, { location, slot: 'database' });
  }

  private redis(slot: RedisSlot, deployable: Deployable, { location, ...redis }: RedisProps): void {
    if (location.kind === 'own') new Redis(this, slot, deployable, { ...redis, location });
    if (location.kind === 'redisCluster') new RedisCluster(this, slot, deployable, { ...redis, location });
  }
}
