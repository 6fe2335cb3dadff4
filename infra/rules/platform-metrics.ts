/** Labels that Prometheus puts on every series it scrapes by a ServiceMonitor. */
export const targetLabels = ['namespace', 'job', 'pod', 'node', 'instance', 'service', 'endpoint', 'container'];

/**
 * Metrics of the platform that alerts use, with their labels, by the documentation of kube-state-metrics (metrics marked
 * STABLE) and of cAdvisor in the kubelet.
 */
export const platformMetrics: Readonly<Record<string, readonly string[]>> = {
  up: [],
  container_memory_working_set_bytes: ['namespace', 'pod', 'container', 'image', 'name', 'id'],
  container_cpu_usage_seconds_total: ['namespace', 'pod', 'container', 'image', 'name', 'id', 'cpu'],
  kube_pod_container_resource_limits: ['namespace', 'pod', 'container', 'node', 'resource', 'unit', 'uid'],
  kube_pod_container_status_restarts_total: ['namespace', 'pod', 'container', 'uid'],
  kube_pod_container_status_waiting_reason: ['namespace', 'pod', 'container', 'reason', 'uid'],
};
