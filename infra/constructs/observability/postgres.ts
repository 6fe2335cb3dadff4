import { Construct } from 'constructs';
import { PodMonitor } from '../../../imports/podmonitor-monitoring.coreos.com';
import { type Deployable, hasCrds } from '../../model/deployable';
import { poolerName } from '../../model/facets';
import { metadata } from '../metadata';

/**
 * Scrapes the servers and poolers of a CloudNativePG cluster: monitors of our own, since the operator's switch for them is
 * deprecated.
 */
export class PostgresMonitors extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    if (!hasCrds(deployable, 'monitoring.coreos.com')) return;
    for (const slot of ['database', 'reader'] as const) {
      const location = deployable.system.dependencies[slot]?.location;
      if (location?.kind !== 'cloudNativePg') continue;
      // The servers of a replica are those of the database.
      if (slot === 'database') this.monitor(deployable, location.name, { 'cnpg.io/cluster': location.name, 'cnpg.io/podRole': 'instance' });
      const pooler = poolerName(location.name, slot);
      this.monitor(deployable, pooler, { 'cnpg.io/poolerName': pooler });
    }
  }

  private monitor(deployable: Deployable, name: string, pods: Record<string, string>): void {
    new PodMonitor(this, name, {
      metadata: metadata(deployable, name, 'monitoring', deployable.cluster.monitoring.select),
      spec: { selector: { matchLabels: pods }, podMetricsEndpoints: [{ port: 'metrics', interval: '30s', scrapeTimeout: '10s' }] },
    });
  }
}
