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
import { Postgres } from './postgres';
import { PostgresCluster } from './postgres-cluster';
import { Quota } from './quota';
import { Redis } from './redis';
import { Secrets } from './secrets';

/** Everything of one system in one environment, in the order in which it can be applied. */
export class SystemChart extends Chart {
  constructor(scope: Construct, deployable: Deployable) {
    super(scope, deployable.system.name);
    new Namespace(this, 'namespace', deployable);
    new Quota(this, 'quota', deployable);
    new Configuration(this, 'configuration', deployable);
    new Secrets(this, 'secrets', deployable);
    new NetworkIsolation(this, 'network', deployable);
    const { database, cache } = deployable.system.dependencies;
    if (database) this.database(deployable, database);
    if (cache) this.cache(deployable, cache);
    new Migration(this, 'migration', deployable);
    new ApiDeployment(this, 'api', deployable);
    new Autoscaling(this, 'scale', deployable);
    new Exposure(this, 'exposure', deployable);
    new Observability(this, 'observability', deployable);
  }

  private database(deployable: Deployable, { location, ...database }: PostgresProps): void {
    if (location.kind === 'own') new Postgres(this, 'database', deployable, { ...database, location });
    if (location.kind === 'cloudNativePg') new PostgresCluster(this, 'database', deployable, { ...database, location });
  }

  private cache(deployable: Deployable, { location, ...cache }: RedisProps): void {
    if (location.kind === 'own') new Redis(this, 'cache', deployable, { ...cache, location });
  }
}
