import { Construct } from 'constructs';
import { PrometheusRule, PrometheusRuleSpecGroupsRulesExpr } from '../../../imports/prometheusrule-monitoring.coreos.com';
import { ServiceMonitor, ServiceMonitorSpecEndpointsRelabelingsAction } from '../../../imports/servicemonitor-monitoring.coreos.com';
import { type Deployable, hasCrds, selectorOf } from '../../model/deployable';
import { metricsPath } from '../../model/service';
import { metadata } from '../metadata';
import { alertsFor, holds } from './alerts';

/** Scrape and alerts, where the cluster runs the Prometheus operator; elsewhere pods carry annotations. */
export class Observability extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    if (!deployable.system.workloads.api.monitored || !hasCrds(deployable, 'monitoring.coreos.com')) return;
    this.scrape(deployable);
    this.alerts(deployable);
  }

  private scrape(deployable: Deployable): void {
    const { names, system, cluster } = deployable;
    const selected = { app: system.app, ...cluster.monitoring.select };
    const copy = (from: string, targetLabel: string) => ({
      action: ServiceMonitorSpecEndpointsRelabelingsAction.REPLACE,
      sourceLabels: [`__meta_kubernetes_pod_${from}`],
      targetLabel,
    });
    new ServiceMonitor(this, 'monitor', {
      metadata: metadata(deployable, names.monitor, 'monitoring', selected),
      spec: {
        selector: {
          matchLabels: { ...selectorOf(system), 'app.kubernetes.io/component': selectorOf(system)['app.kubernetes.io/component'] ?? 'api' },
        },
        endpoints: [
          {
            port: 'metrics',
            path: metricsPath,
            interval: '30s',
            scrapeTimeout: '10s',
            relabelings: [copy('name', 'pod'), copy('node_name', 'node')],
          },
        ],
      },
    });
  }

  private alerts(deployable: Deployable): void {
    const { names, cluster, system } = deployable;
    const rules = alertsFor(deployable).map(({ alert, expr, severity, summary, description }) => ({
      alert,
      expr: PrometheusRuleSpecGroupsRulesExpr.fromString(expr),
      for: holds,
      labels: { severity, service: system.app },
      annotations: { summary, description },
    }));
    new PrometheusRule(this, 'alerts', {
      metadata: metadata(deployable, names.alerts, 'monitoring', { app: system.app, ...cluster.monitoring.select }),
      spec: { groups: [{ name: system.app, interval: '30s', rules }] },
    });
  }
}
